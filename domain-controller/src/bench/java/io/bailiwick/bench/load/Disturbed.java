package io.bailiwick.bench.load;

/** A load that is measured while another, which is not, troubles the same server. */
public record Disturbed(Load measured, Load trouble) implements Load {
    @Override
    public void start() {
        trouble.start();
        measured.start();
    }

    @Override
    public void pause() {
        measured.pause();
        trouble.pause();
    }

    @Override
    public Sample sample() {
        trouble.sample();
        return measured.sample();
    }

    @Override
    public void close() {
        measured.close();
        trouble.close();
    }
}
