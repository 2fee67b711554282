package io.bailiwick.bench.jmh;

import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The signature under a challenge of 32 bytes is verified. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SignatureBenchmark {
    private final SigningKey key = SigningKey.generate();
    private final PublicKey known = key.publicKey();
    private final String hex = known.hex();
    private final byte[] challenge = new byte[32];
    private final byte[] signature = key.sign(challenge);
    private final byte[] raw = java.util.HexFormat.of().parseHex(hex);

    /** By a key that is known, as in a login. */
    @Benchmark
    public boolean verifyKnownKey() {
        return known.verifies(challenge, signature);
    }

    /** By a key that was just read. */
    @Benchmark
    public boolean readKeyAndVerify() {
        return PublicKey.of(hex).verifies(challenge, signature);
    }

    /** Bouncy Castle alone: the floor. */
    @Benchmark
    public boolean verifyRaw() {
        return Ed25519.verify(signature, 0, raw, 0, challenge, 0, challenge.length);
    }
}
