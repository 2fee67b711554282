package io.bailiwick.router.store;

import io.bailiwick.router.store.Form.Pair;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The schema that the tests of the store use. */
final class FleetSchema extends Schema {
    final Table<UUID, Ship> ships = table("ships", Form.uuid(), Ship.class);
    final Index<String, UUID, Ship> idxShipsByName = ships.unique("idx_ships_by_name", Form.text(), Ship::name);
    final Index<String, UUID, Ship> idxShipsByPubkey =
            ships.uniqueWhenPresent("idx_ships_by_pubkey", Form.text(), Ship::pubkey);
    final Index<Pair<Long, UUID>, UUID, Ship> idxShipsByBuilt = ships.unique(
            "idx_ships_by_built", Form.pair(Form.integer(), Form.uuid()), ship -> new Pair<>(ship.built(), ship.oid()));
    final Table<Pair<UUID, String>, Crew> crew = table("crew", Form.pair(Form.uuid(), Form.text()), Crew.class);
    final Table<Pair<Long, Long>, Entry> log = table("log", Form.pair(Form.integer(), Form.integer()), Entry.class);

    FleetSchema() {
        this(1);
    }

    FleetSchema(int version) {
        super("fleet", version);
    }

    record Ship(UUID oid, String name, @Nullable String pubkey, long built) {
        Ship named(String next) {
            return new Ship(oid, next, pubkey, built);
        }

        Ship keyed(@Nullable String next) {
            return new Ship(oid, name, next, built);
        }
    }

    record Crew(String rank) {}

    record Entry(long number, String text) {}

    static UUID oid(long number) {
        return new UUID(0x0123456789abcdefL, number);
    }

    static Ship ship(long number) {
        return new Ship(oid(number), "ship " + number, null, 1900 + number);
    }
}
