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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A URI and arguments for it, as they are typed on a command line. */
final class CallArguments {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Parameters(index = "0", paramLabel = "URI", description = "The procedure or topic.")
    private String uri = "";

    @Parameters(
            index = "1..*",
            paramLabel = "ARGUMENT",
            description = "Arguments: JSON values; what is not JSON is taken as text.")
    private List<String> positional = List.of();

    @Option(names = "-k", paramLabel = "NAME=VALUE", description = "A keyword argument.")
    private Map<String, String> keywords = Map.of();

    String uri() {
        return uri;
    }

    Arguments arguments() {
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
