package io.bailiwick.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When, of what and on what was measured.
 *
 * @param began when the run did, in ISO 8601
 * @param commit of the checkout; with {@code -dirty} where it has been changed since
 * @param processor the model
 * @param processors how many
 * @param kernel name and release
 * @param java the version and name of the JVM
 * @param noise processors that others were allowed to use in a window that counts
 */
public record Circumstances(
        String began, String commit, String processor, int processors, String kernel, String java, double noise) {
    /** All of it as plain values, for JSON. */
    public Map<String, Object> plain() {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("began", began);
        plain.put("commit", commit);
        plain.put("processor", processor);
        plain.put("processors", processors);
        plain.put("kernel", kernel);
        plain.put("java", java);
        plain.put("noise", noise);
        return plain;
    }
}
