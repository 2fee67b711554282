package io.bailiwick.router.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Known answers of the authentication methods; the first of SCRAM is that of RFC 7677, section 3. */
public final class Vectors {
    private Vectors() {}

    /** Those of one method. */
    public static List<JsonNode> of(String method) {
        try (InputStream in = Vectors.class.getResourceAsStream("vectors.json")) {
            List<JsonNode> vectors = new ArrayList<>();
            new JsonMapper().readTree(in).get(method).forEach(vectors::add);
            return vectors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
