package io.bailiwick.mrealm.remote;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The table of the remote API: below {@code crossbarfabriccenter.remote.<group>.} the procedures that are forwarded to nodes,
 * and the events of nodes that are published there again. {@code here=there} stands where the node has another name for a
 * thing; {@code =^there} is asked of the node itself, with the worker's id as its first argument.
 */
public enum RemoteGroup {
    /** A node's own process and its workers. */
    NODE(
            Level.NODE,
            "get_status get_system_stats get_process_info get_process_stats set_process_stats_monitoring"
                    + " get_process_monitor get_cpu_count get_cpus get_cpu_affinity set_cpu_affinity trigger_gc"
                    + " start_manhole stop_manhole get_manhole get_public_key started uptime utcnow"
                    + " get_workers get_worker get_worker_log start_worker stop_worker shutdown",
            "on_node_starting on_node_started on_node_heartbeat on_node_stopping on_node_stopped"
                    + " on_router_starting on_router_started on_container_starting on_container_started"
                    + " on_guest_starting on_guest_started on_proxy_starting on_proxy_started"
                    + " on_xbrmm_starting on_xbrmm_started"),

    /** What every process of a node can do, by the name that it once had. */
    NATIVEPROCESS(
            Level.NODE,
            "get_cpu_count get_cpu_affinity set_cpu_affinity get_process_info get_process_stats"
                    + " set_process_stats_monitoring get_process_monitor trigger_gc"
                    + " start_manhole stop_manhole get_manhole",
            ""),

    /** Containers and images of a node that has Docker. */
    DOCKER(
            Level.NODE,
            "get_info=get_docker_info get_ping=get_docker_ping get_version=get_docker_version get_df=get_docker_df"
                    + " get_containers=get_docker_containers get_container=get_docker_container"
                    + " get_images=get_docker_images get_image=get_docker_image"
                    + " fs_open=fs_docker_open fs_get=fs_docker_get fs_put=fs_docker_put"
                    + " create=create_docker_container start=start_docker_container stop=stop_docker_container"
                    + " restart=restart_docker_container pause=pause_docker_container unpause=unpause_docker_container"
                    + " destroy=destroy_docker_container delete_image=delete_docker_image"
                    + " remove_image=remove_docker_image prune_images=prune_docker_images"
                    + " request_tty=request_docker_tty watch=watch_docker_container shell=shell_docker_container"
                    + " backlog=backlog_docker_container keystroke=keystroke_docker_container",
            "on_container_create on_container_start on_container_attach on_container_commit on_container_kill"
                    + " on_container_die on_container_stop on_container_destroy on_container_pause on_container_unpause"
                    + " on_image_untag on_image_delete on_image_pull on_image_tag"
                    + " on_docker_image_update_started on_docker_image_update_progress on_docker_image_update_finished"
                    + " on_docker_image_remove_started on_docker_image_remove_progress"
                    + " on_docker_image_remove_finished"),

    /** A worker of a node, whatever its type. */
    WORKER(
            Level.WORKER,
            "get_status=^get_worker shutdown get_pythonpath add_pythonpath get_cpu_count get_cpus get_cpu_affinity"
                    + " set_cpu_affinity get_profilers start_profiler get_profile get_process_info get_process_stats"
                    + " set_process_stats_monitoring get_process_monitor trigger_gc start_manhole stop_manhole"
                    + " get_manhole get_node_id started uptime utcnow",
            "on_worker_log on_worker_log=on_log on_profile_started on_profile_finished"),

    /** A worker that is a router. */
    ROUTER(
            Level.WORKER,
            "get_router_realms get_router_realm get_router_realm_by_name get_router_realm_stats"
                    + " start_router_realm stop_router_realm"
                    + " get_router_realm_roles get_router_realm_role start_router_realm_role stop_router_realm_role"
                    + " get_router_transports get_router_transport start_router_transport stop_router_transport"
                    + " get_web_transport_services get_web_transport_service"
                    + " start_web_transport_service stop_web_transport_service"
                    + " get_router_components get_router_component start_router_component stop_router_component"
                    + " get_router_realm_links get_router_realm_link start_router_realm_link stop_router_realm_link"
                    + " get_router_realm_interface start_router_realm_interface stop_router_realm_interface"
                    + " kill_by_authid",
            stages("on_router_realm_", "")
                    + stages("on_router_realm_", "on_realm_")
                    + stages("on_router_realm_role_", "")
                    + stages("on_router_transport_", "")
                    + stages("on_web_transport_service_", "")
                    + stages("on_router_component_", "")),

    /** A worker that hosts components. */
    CONTAINER(
            Level.WORKER,
            "get_components get_component start_component stop_component restart_component",
            stages("on_container_component_", "")),

    /** A worker that is a proxy. */
    PROXY(
            Level.WORKER,
            "get_proxy_transports get_proxy_transport start_proxy_transport stop_proxy_transport"
                    + " get_web_transport_services get_web_transport_service"
                    + " start_web_transport_service stop_web_transport_service"
                    + " get_proxy_routes get_proxy_realm_route list_proxy_realm_routes"
                    + " start_proxy_realm_route stop_proxy_realm_route"
                    + " get_proxy_connections get_proxy_connection start_proxy_connection stop_proxy_connection",
            stages("on_proxy_transport_", "")),

    /** What a router worker traces. */
    TRACING(
            Level.WORKER,
            "get_traces get_trace start_trace stop_trace get_trace_data",
            "on_trace_started on_trace_stopped on_trace_data"),

    /** WAMP's own meta API of a realm of a router worker: whatever is below {@code wamp.}, under its own name. */
    REALM_META(Level.REALM, "", "");

    /** Of what a procedure is: the arguments before its own say which. */
    public enum Level {
        /** Of a node: one argument names it. */
        NODE,
        /** Of a worker of a node: two arguments. */
        WORKER,
        /** Of a realm of a worker of a node: three arguments. */
        REALM
    }

    /** Before the names of the table, here. */
    public static final String PREFIX = "crossbarfabriccenter.remote.";

    /** Before the name of a node, there. */
    static final String NODES = "crossbarfabriccenter.node.";

    /** Marks a procedure of a worker that the node answers for. */
    private static final char OF_NODE = '^';

    private final Level level;

    @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
    private final Map<String, String> procedures;

    @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
    private final Map<String, String> events;

    RemoteGroup(Level level, String procedures, String events) {
        this.level = level;
        this.procedures = table(procedures, false);
        this.events = table(events, true);
    }

    /** A thing begins, has begun, ends and has ended: four events, which the node may name in another way. */
    private static String stages(String here, String there) {
        StringBuilder four = new StringBuilder();
        for (String stage : new String[] {"starting", "started", "stopping", "stopped"}) {
            four.append(here).append(stage);
            if (!there.isEmpty()) {
                four.append('=').append(there).append(stage);
            }
            four.append(' ');
        }
        return four.toString();
    }

    private static Map<String, String> table(String text, boolean byTheirs) {
        Map<String, String> table = new LinkedHashMap<>();
        Stream.of(text.split(" ")).filter(word -> !word.isEmpty()).forEach(word -> {
            String[] names = word.split("=");
            String there = names[names.length - 1];
            if (byTheirs) {
                table.put(there, names[0]);
            } else {
                table.put(names[0], there);
            }
        });
        return Collections.unmodifiableMap(table);
    }

    /** The group of a name, if there is one; that of the meta API is none that is called by its name alone. */
    static Optional<RemoteGroup> of(String id) {
        return Arrays.stream(values())
                .filter(group -> group != REALM_META && group.id().equals(id))
                .findFirst();
    }

    /** Its name in URIs. */
    public String id() {
        return this == REALM_META ? "realm.meta" : name().toLowerCase(Locale.ROOT);
    }

    /** Of what its procedures are. */
    public Level level() {
        return level;
    }

    /** Its procedures: the name here to the name at the node. */
    public Map<String, String> procedures() {
        return procedures;
    }

    /** Whether the node itself answers for this procedure of a worker: the worker's id is its first argument there. */
    public static boolean isOfNode(String there) {
        return there.charAt(0) == OF_NODE;
    }

    /** The name at the node, without marks. */
    public static String plain(String there) {
        return isOfNode(there) ? there.substring(1) : there;
    }

    /** Its events: the name at the node to the name here. */
    public Map<String, String> events() {
        return events;
    }

    /** The topic of an event of this group here. */
    String topic(String event) {
        return PREFIX + id() + "." + event;
    }
}
