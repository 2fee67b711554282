package io.bailiwick.router.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The standard streams of this process, in UTF-8 whatever the platform says, flushed at every line. */
public final class Streams {
    private Streams() {}

    /** Standard output. */
    public static PrintWriter out() {
        return writer(FileDescriptor.out);
    }

    /** Standard error. */
    public static PrintWriter err() {
        return writer(FileDescriptor.err);
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
