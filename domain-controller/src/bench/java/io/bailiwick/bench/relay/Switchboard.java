package io.bailiwick.bench.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gets what: members of a group are senders or receivers, and what one says goes to all of the other kind. So one sender
 * and one receiver are a call and its answer, one and a thousand a broadcast, a thousand and one the way back.
 */
final class Switchboard {
    private final EventLoop loop;
    private final Map<Integer, Group> groups = new HashMap<>();
    private final List<Member> dirty = new ArrayList<>();
    private boolean scheduled;

    /** Both kinds of a group. */
    static final class Group {
        final List<Member> senders = new ArrayList<>();
        final List<Member> receivers = new ArrayList<>();
        /** Octets of the messages that senders get, and receivers. */
        private int forSenders;

        private int forReceivers;

        /** Somebody more, who says how long the messages are that his kind gets. */
        void add(Member member, boolean sender, int octets) {
            own(sender).add(member);
            if (sender) {
                forSenders = octets;
            } else {
                forReceivers = octets;
            }
        }

        /** How long messages are that a member has said when the others get them. */
        int passedOn(boolean sender) {
            return sender ? forReceivers : forSenders;
        }

        /** Those who get what a member says. */
        List<Member> others(boolean sender) {
            return sender ? receivers : senders;
        }

        List<Member> own(boolean sender) {
            return sender ? senders : receivers;
        }
    }

    Switchboard(EventLoop loop) {
        this.loop = loop;
    }

    Group group(int number) {
        return groups.computeIfAbsent(number, any -> new Group());
    }

    /** Flushes a member's channel at the end of this pass of the loop, once. */
    void touched(Member member) {
        dirty.add(member);
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        scheduled = false;
        for (Member member : dirty) {
            Channel channel = member.flushed();
            channel.flush();
        }
        dirty.clear();
    }
}
