package io.bailiwick.domain.testing;

import io.bailiwick.domain.procedure.LiveDomain;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Notes what procedures ask of the running domain, and answers as it is told. */
public final class RecordingDomain implements LiveDomain {
    public record Announcement(String topic, List<String> readers, Map<String, Object> object) {}

    public final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    public final List<Announcement> announcements = Collections.synchronizedList(new ArrayList<>());
    public volatile CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);
    public volatile CompletableFuture<Void> closed = CompletableFuture.completedFuture(null);
    public volatile Map<String, Object> controller = Map.of("state", "ready");
    public volatile List<Long> killed = List.of();
    public volatile Map<String, Object> state = Map.of("status", "online");

    @Override
    public void announce(String topic, List<String> readers, Map<String, Object> object) {
        asked.add("announce " + topic);
        announcements.add(new Announcement(topic, readers, object));
    }

    @Override
    public CompletableFuture<Void> open(ManagementRealm realm) {
        asked.add("open " + realm.name());
        return opened;
    }

    @Override
    public CompletableFuture<Void> settle(ManagementRealm realm) {
        asked.add("settle " + realm.name());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> close(ManagementRealm realm) {
        asked.add("close " + realm.name());
        return closed;
    }

    @Override
    public Map<String, Object> controller(UUID mrealmOid) {
        return controller;
    }

    @Override
    public void paired(ManagementRealm realm, Node node) {
        asked.add("paired " + realm.name() + " " + node.authid());
    }

    @Override
    public CompletableFuture<List<Long>> unpaired(ManagementRealm realm, Node node) {
        asked.add("unpaired " + realm.name() + " " + node.authid());
        return CompletableFuture.completedFuture(killed);
    }

    @Override
    public CompletableFuture<List<Long>> changed(ManagementRealm realm, Node node) {
        asked.add("changed " + realm.name() + " " + node.authid());
        return CompletableFuture.completedFuture(killed);
    }

    @Override
    public CompletableFuture<Map<String, Object>> state(ManagementRealm realm, Node node) {
        return CompletableFuture.completedFuture(state);
    }

    @Override
    public CompletableFuture<List<Long>> governed(ManagementRealm realm, User user, Optional<UserMrealmRole> held) {
        asked.add("governed " + realm.name() + " " + user.authid());
        return CompletableFuture.completedFuture(killed);
    }
}
