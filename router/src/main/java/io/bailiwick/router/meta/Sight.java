package io.bailiwick.router.meta;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which URIs a session may see: those it has some right to. What the realm knows is seen at once. Where a procedure decides
 * on a right, it is asked, within bounds: so many questions at once for a session, so many for one look. What could not be
 * asked for is not seen.
 */
final class Sight {
    /** The questions that are open at the same time for one session: its own requests wait for one at a time. */
    static final int AT_ONCE = 8;
    /** The questions of one look. */
    static final int MOST = 64;
    /** The looks of one session that wait for their turn; another one asks nobody. A call that is given up leaves its look. */
    static final int MOST_LOOKS = 16;
    /** What a question counts for that nobody answers in time: a look does not wait through all of them. */
    private static final int UNANSWERED = 8;

    private final MetaHost host;
    private final Map<Long, Line> lines = new HashMap<>();

    Sight(MetaHost host) {
        this.host = host;
    }

    /**
     * Looks at URIs.
     *
     * @param rights one of them is enough to see a URI; none lets all be seen
     * @param then takes those that are seen, on the realm's thread, at once or later; never, when the session has left before
     */
    void look(SessionDetails session, List<Action> rights, Collection<String> uris, Consumer<Set<String>> then) {
        if (rights.isEmpty()) {
            then.accept(Set.copyOf(uris));
            return;
        }
        Look look = new Look(session, rights, then);
        for (String uri : uris) {
            if (rights.stream()
                    .anyMatch(right -> host.known(session, right, uri).allowed())) {
                look.seen.add(uri);
            } else {
                look.unknown.add(uri);
            }
        }
        Line line = lines.computeIfAbsent(session.session(), none -> new Line());
        if (look.unknown.isEmpty() || line.looks.size() >= MOST_LOOKS) {
            then.accept(look.seen);
        } else {
            line.looks.add(look);
        }
        goOn(session.session(), line);
    }

    /** A session has left: nobody is asked for it any more. */
    void left(long session) {
        lines.remove(session);
    }

    /** What one session looks at, the first that has something to ask before all others. */
    private static final class Line {
        private final Queue<Look> looks = new ArrayDeque<>();
        private int open;
    }

    private static final class Look {
        private final SessionDetails session;
        private final List<Action> rights;
        private final Consumer<Set<String>> then;
        private final Set<String> seen = new HashSet<>();
        private final Queue<String> unknown = new ArrayDeque<>();
        private int open;
        private int spent;

        private Look(SessionDetails session, List<Action> rights, Consumer<Set<String>> then) {
            this.session = session;
            this.rights = rights;
            this.then = then;
        }

        private boolean hasAsked() {
            return unknown.isEmpty() || spent >= MOST;
        }
    }

    private void goOn(long session, Line line) {
        for (Look look = line.looks.peek(); look != null && line.open < AT_ONCE; look = line.looks.peek()) {
            if (look.hasAsked()) {
                line.looks.remove();
                tellIfOver(look);
            } else {
                ask(line, look, look.unknown.remove(), 0);
            }
        }
        if (line.looks.isEmpty() && line.open == 0) {
            lines.remove(session, line);
        }
    }

    private static void tellIfOver(Look look) {
        if (look.open == 0 && look.hasAsked()) {
            look.then.accept(look.seen);
        }
    }

    /** Asks for one right after the other, until one is there. */
    private void ask(Line line, Look look, String uri, int right) {
        if (right == look.rights.size() || look.spent >= MOST) {
            return;
        }
        Question question = new Question(line, look, uri, right);
        host.decide(look.session, look.rights.get(right), uri, MatchPolicy.EXACT, question);
        if (!question.answered) {
            question.waited = true;
            look.spent++;
            look.open++;
            line.open++;
        }
    }

    /** One question; counted only when it is not answered at once, for then nobody was asked. */
    private final class Question implements Consumer<@Nullable Permission> {
        private final Line line;
        private final Look look;
        private final String uri;
        private final int right;
        private boolean answered;
        private boolean waited;

        private Question(Line line, Look look, String uri, int right) {
            this.line = line;
            this.look = look;
            this.uri = uri;
            this.right = right;
        }

        @Override
        public void accept(@Nullable Permission permission) {
            answered = true;
            if (waited) {
                if (!isWanted()) {
                    return;
                }
                line.open--;
                look.open--;
            }
            if (permission != null && permission.allowed()) {
                look.seen.add(uri);
            } else {
                look.spent += permission == null ? UNANSWERED : 0;
                ask(line, look, uri, right + 1);
            }
            if (waited) {
                if (!line.looks.contains(look)) {
                    tellIfOver(look);
                }
                goOn(look.session.session(), line);
            }
        }

        @SuppressWarnings("ReferenceEquality") // the object stands for one session
        private boolean isWanted() {
            return lines.get(look.session.session()) == line;
        }
    }
}
