package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Clients that connect, log in with a key, leave, and come again; so many at a time. */
public final class LoginLoad extends TalliedLoad {
    private final Target target;
    private final int together;
    private final List<Optional<Key>> keys;
    private int next;

    /**
     * A load.
     *
     * @param together how many are on their way in at a time
     * @param keys how many keys there are, of the principals bench0, bench1, ...
     */
    public LoginLoad(Generator generator, Target target, int together, int keys) {
        super(generator);
        this.target = target;
        this.together = together;
        this.keys = IntStream.range(0, keys)
                .mapToObj(number -> Optional.of(new Key(number)))
                .toList();
    }

    @Override
    public void start() {
        generator.run(() -> {
            tally.running = true;
            while (tally.outstanding < together) {
                tally.outstanding++;
                login();
            }
        });
    }

    private void login() {
        long begin = System.nanoTime();
        next = (next + 1) % keys.size();
        generator
                .connect(target, Part.of(Role.CALLER, 0, 17), keys.get(next), this)
                .whenComplete((client, failure) -> {
                    if (failure != null) {
                        tally.failed(failure.toString());
                        return;
                    }
                    tally.took(System.nanoTime() - begin);
                    tally.done(1);
                    client.close();
                    if (tally.running) {
                        login();
                    } else {
                        tally.outstanding--;
                    }
                });
    }
}
