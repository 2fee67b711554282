package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownTextsTest {
    private final KnownTexts texts = new KnownTexts();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String read(String text) {
        byte[] bytes = utf8("xyz" + text + "x");
        return texts.text(bytes, 3, bytes.length - 1);
    }

    private static int place(String text) {
        byte[] bytes = utf8(text);
        return KnownTexts.place(bytes, 0, bytes.length);
    }

    @Test
    void octets_that_come_again_give_the_same_string() {
        for (String text : List.of("", "a", "com.example", "com.example.topic.of.some.length", "grüße.節点.🚀")) {
            assertEquals(text, read(text));
            assertSame(read(text), read(text));
        }
    }

    @Test
    void texts_that_have_one_place_are_not_taken_for_each_other() {
        List<String> colliding = new ArrayList<>();
        for (int i = 0; colliding.size() < 50; i++) {
            String text = "com.example.topic" + i;
            if (place(text) == place("com.example.topic0")) {
                colliding.add(text);
            }
        }
        for (int round = 0; round < 3; round++) {
            for (String text : colliding) {
                assertEquals(text, read(text));
                assertEquals(text, read(text));
            }
        }
    }

    @Test
    void a_text_and_the_start_of_it_are_two() {
        String text = "com.example.x".repeat(10);
        for (int round = 0; round < 2; round++) {
            for (int length = 0; length <= text.length(); length++) {
                assertEquals(text.substring(0, length), read(text.substring(0, length)));
            }
        }
    }

    @Test
    void many_texts_are_all_right_though_few_are_kept() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10 * KnownTexts.PLACES; i++) {
                assertEquals("com.example." + i, read("com.example." + i));
            }
        }
    }

    @Test
    void usual_names_are_spread_over_the_places() {
        long used = java.util.stream.IntStream.range(0, KnownTexts.PLACES)
                .map(i -> place("com.example.plant.press" + i + ".set_speed"))
                .distinct()
                .count();
        assertNotEquals(0, used / (KnownTexts.PLACES / 2), used + " places");
    }

    @Test
    void long_texts_are_made_anew() {
        assertSame(read("x".repeat(KnownTexts.LONGEST)), read("x".repeat(KnownTexts.LONGEST)));
        assertNotSame(read("x".repeat(KnownTexts.LONGEST + 1)), read("x".repeat(KnownTexts.LONGEST + 1)));
    }

    @Test
    void uris_and_names_of_options_come_again_in_all_formats_and_secrets_do_not() {
        String topic = null;
        String option = null;
        for (Format format : Format.values()) {
            Message sent = new Message.Publish(1, Dict.of("acknowledge", true), "com.example.t", Payload.EMPTY);
            for (int i = 0; i < 2; i++) {
                Message.Publish read = (Message.Publish) Samples.read(format, Samples.write(format, sent));
                String key = read.options().entries().keySet().iterator().next();
                if (topic != null) {
                    assertSame(topic, read.topic());
                    assertSame(option, key);
                }
                topic = read.topic();
                option = key;
            }
            byte[] proof = Samples.write(format, new Message.Authenticate("secret", Dict.EMPTY));
            Message.Authenticate one = (Message.Authenticate) Samples.read(format, proof);
            Message.Authenticate two = (Message.Authenticate) Samples.read(format, proof);
            assertNotSame(one.signature(), two.signature());
        }
    }
}
