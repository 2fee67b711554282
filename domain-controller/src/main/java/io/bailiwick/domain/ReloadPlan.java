package io.bailiwick.domain;

import io.bailiwick.domain.MasterOptions.Listener;
import io.bailiwick.domain.config.Upkeep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What becomes of a file that is read while the domain runs: some settings take effect now, the others at the next start.
 *
 * @param next the options that hold from now on: those of the file where they can be changed, and else those that held
 * @param waiting the settings of the file that wait for the next start, by name: {@code data}, {@code listeners.2.endpoint}
 */
record ReloadPlan(MasterOptions next, List<String> waiting) {
    private static final Map<String, Function<MasterOptions, Object>> MASTER = master();
    private static final Map<String, Function<Listener, Object>> LISTENER = listener();

    private static Map<String, Function<MasterOptions, Object>> master() {
        Map<String, Function<MasterOptions, Object>> settings = new LinkedHashMap<>();
        settings.put("data", MasterOptions::data);
        settings.put("admin_socket", options -> options.logins().adminSocket());
        settings.put("mail", options -> options.logins().mail());
        settings.put("mail_domains", options -> options.logins().domains());
        settings.put("watch_to_pair", options -> options.logins().watch());
        settings.put("max_concurrent_starts", MasterOptions::maxConcurrentStarts);
        settings.put("restarts", MasterOptions::restarts);
        settings.put("controllers", MasterOptions::controllers);
        settings.put("threads", options -> options.network().threads());
        settings.put("transport", options -> options.network().transport());
        settings.put("metering", options -> options.upkeep().metering());
        settings.put("default_realm", options -> options.upkeep().defaultRealm());
        return settings;
    }

    private static Map<String, Function<Listener, Object>> listener() {
        Map<String, Function<Listener, Object>> settings = new LinkedHashMap<>();
        settings.put("endpoint", Listener::endpoint);
        settings.put("websocket_path", Listener::webSocketPath);
        settings.put("anonymous", Listener::anonymous);
        return settings;
    }

    /** Copies. */
    ReloadPlan {
        waiting = List.copyOf(waiting);
    }

    /**
     * Takes from a file what can be changed: superusers, certificates, start_deadline, max_realms,
     * max_realms_owned, tick, drain, disk, backups, audit, heartbeats.
     *
     * @param now the options that hold now
     */
    static ReloadPlan of(MasterOptions now, MasterOptions file) {
        Upkeep wanted = file.upkeep();
        MasterOptions next = new MasterOptions(
                now.data(),
                listeners(now.listeners(), file.listeners()),
                file.superusers(),
                file.startDeadline(),
                file.maxRealms(),
                file.maxRealmsOwned(),
                now.maxConcurrentStarts(),
                now.restarts(),
                now.logins(),
                now.controllers(),
                now.network(),
                new Upkeep(
                        now.upkeep().defaultRealm(),
                        wanted.tick(),
                        wanted.drain(),
                        wanted.disk(),
                        wanted.backups(),
                        now.upkeep().metering(),
                        wanted.audit(),
                        wanted.heartbeats()));
        List<String> waiting = new ArrayList<>(differences("", MASTER, next, file));
        if (now.listeners().size() == file.listeners().size()) {
            for (int i = 0; i < now.listeners().size(); i++) {
                waiting.addAll(differences(
                        "listeners." + (i + 1) + ".",
                        LISTENER,
                        next.listeners().get(i),
                        file.listeners().get(i)));
            }
        } else {
            waiting.add("listeners");
        }
        return new ReloadPlan(next, waiting);
    }

    /** Other certificates for a listener that stays at its place. */
    private static List<Listener> listeners(List<Listener> now, List<Listener> file) {
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            Listener held = now.get(i);
            boolean same = i < file.size() && file.get(i).endpoint().equals(held.endpoint());
            listeners.add(
                    same
                            ? new Listener(
                                    held.endpoint(),
                                    held.webSocketPath(),
                                    file.get(i).certificate(),
                                    held.anonymous())
                            : held);
        }
        return listeners;
    }

    private static <T> List<String> differences(
            String prefix, Map<String, Function<T, Object>> settings, T next, T file) {
        return settings.entrySet().stream()
                .filter(setting -> !setting.getValue()
                        .apply(next)
                        .equals(setting.getValue().apply(file)))
                .map(setting -> prefix + setting.getKey())
                .toList();
    }
}
