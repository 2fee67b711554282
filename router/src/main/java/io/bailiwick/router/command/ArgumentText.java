package io.bailiwick.router.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.codec.Arguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments as they are typed on a command line. */
final class ArgumentText {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ArgumentText() {}

    static Arguments parse(List<String> positional, Map<String, String> keywords) {
        List<@Nullable Object> list = new ArrayList<>();
        positional.forEach(text -> list.add(value(text)));
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        keywords.forEach((name, text) -> map.put(name, value(text)));
        return new Arguments(list, map);
    }

    private static @Nullable Object value(String text) {
        try {
            return JSON.readValue(text, Object.class);
        } catch (JsonProcessingException plainText) {
            return text;
        }
    }
}
