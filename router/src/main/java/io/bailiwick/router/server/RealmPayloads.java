package io.bailiwick.router.server;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.PayloadCodec;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The payloads of a realm's own events and answers: CBOR, transcoded on the way out where the peer speaks another format. */
final class RealmPayloads implements PayloadCodec {
    /** A payload of one text. */
    static Payload text(String text) {
        return Payloads.encode(Format.CBOR, Arguments.of(text));
    }

    @Override
    public Payload encode(Values values) {
        return Payloads.encode(
                Format.CBOR,
                new Arguments(Collections.unmodifiableList(values.list()), Collections.unmodifiableMap(values.map())));
    }

    @Override
    public Values decode(Payload payload) {
        if (payload.isEmpty()) {
            return new Values(List.of(), Map.of());
        }
        Arguments arguments = Payloads.decode(payload);
        return new Values(arguments.list(), arguments.map());
    }
}
