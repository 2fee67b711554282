package io.bailiwick.house;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What tests call and subscribe to, read from their sources: the first text that they hand to one of the methods which do so.
 * A text that is put together is read whole, {@code MREALM + "pair_node"} as the URI that it is; for what is known only when
 * the test runs, {@code *} stands in it. So are the rows of a loop that calls each of them, and, as {@code #pairNode}, methods
 * of procedures that are called past the wire. What a test only talks of, as one of rules does, is not among them.
 */
final class TestCalls {
    /** The methods of sessions and of tests that call or subscribe. A test that calls by another one names it here. */
    static final Set<String> METHODS = Set.of(
            "call",
            "callForPayload",
            "subscribe",
            "Request",
            "byName",
            "dict",
            "dictionary",
            "error",
            "errorOf",
            "events",
            "invalid",
            "refused");

    private static final Pattern CALL = Pattern.compile("\\b(" + String.join("|", METHODS) + ")\\(");
    private static final String UNKNOWN = "*";

    /** A text in the sources, and where it stands. */
    private record Constant(Scope scope, ExpressionTree value) {}

    private final Map<String, Constant> constants = new HashMap<>();
    private final Map<String, List<String>> called = new TreeMap<>();

    private TestCalls() {}

    /**
     * Reads all tests.
     *
     * @param main the sources of the product, for their constants
     * @return by file, as often as it is called
     */
    static Map<String, List<String>> read(Collection<CompilationUnitTree> main) {
        TestCalls all = new TestCalls();
        List<CompilationUnitTree> tests = SourceTree.parseTests().units();
        List<CompilationUnitTree> units = new ArrayList<>(tests);
        units.addAll(main);
        units.forEach(unit -> unit.accept(all.new Scope(unit), null));
        tests.forEach(unit -> unit.accept(all.new Reader(all.new Scope(unit)), null));
        return all.called;
    }

    /** A source file: what its names mean. */
    private final class Scope extends TreeScanner<Void, String> {
        private final CompilationUnitTree unit;

        Scope(CompilationUnitTree unit) {
            this.unit = unit;
        }

        String file() {
            return SourceTree.root()
                    .relativize(Path.of(unit.getSourceFile().toUri()))
                    .toString();
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable String around) {
            for (Tree member : type.getMembers()) {
                if (member instanceof VariableTree field && field.getInitializer() != null) {
                    Constant constant = new Constant(this, field.getInitializer());
                    constants.put(type.getSimpleName() + "." + field.getName(), constant);
                    constants.put(file() + " " + field.getName(), constant);
                }
            }
            return super.visitClass(type, around);
        }

        private @Nullable Constant named(String name) {
            Constant own = constants.get(file() + " " + name);
            if (own != null) {
                return own;
            }
            for (ImportTree each : unit.getImports()) {
                String imported = each.getQualifiedIdentifier().toString();
                if (each.isStatic() && imported.endsWith("." + name)) {
                    return constants.get(lastTwo(imported));
                }
            }
            return null;
        }

        private String lastTwo(String qualified) {
            return qualified.substring(qualified.lastIndexOf('.', qualified.lastIndexOf('.') - 1) + 1);
        }

        /** The text that an expression makes. */
        String text(@Nullable ExpressionTree expression) {
            if (expression instanceof LiteralTree literal) {
                return String.valueOf(literal.getValue());
            } else if (expression instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
                return text(sum.getLeftOperand()) + text(sum.getRightOperand());
            }
            Constant constant = expression instanceof IdentifierTree name
                    ? named(name.getName().toString())
                    : expression instanceof MemberSelectTree ? constants.get(lastTwo("." + expression)) : null;
            return constant == null ? UNKNOWN : constant.scope().text(constant.value());
        }
    }

    /**
     * A method of a test that puts something before the name that it is given.
     *
     * @param at which of its arguments the name is
     */
    private record Named(int at, String prefix) {}

    /** Notes what one file calls. */
    private final class Reader extends TreeScanner<Void, Void> {
        private final Scope scope;
        private final Map<String, Named> named = new HashMap<>();
        private final Map<String, ExpressionTree> locals = new HashMap<>();

        Reader(Scope scope) {
            this.scope = scope;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            for (Tree member : type.getMembers()) {
                if (member instanceof MethodTree method) {
                    method.accept(new Prefixes(method), null);
                }
            }
            return super.visitClass(type, null);
        }

        /** Looks for a parameter behind a constant. */
        private final class Prefixes extends TreeScanner<Void, Void> {
            private final MethodTree method;

            Prefixes(MethodTree method) {
                this.method = method;
            }

            @Override
            public @Nullable Void visitBinary(BinaryTree sum, @Nullable Void nothing) {
                for (int i = 0; i < method.getParameters().size(); i++) {
                    String name = method.getParameters().get(i).getName().toString();
                    String prefix = scope.text(sum.getLeftOperand());
                    if (prefix.endsWith(".") && sum.getRightOperand().toString().equals(name)) {
                        named.put(method.getName().toString(), new Named(i, prefix));
                    }
                }
                return super.visitBinary(sum, null);
            }
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            locals.clear();
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
            if (variable.getInitializer() != null) {
                locals.put(variable.getName().toString(), variable.getInitializer());
            }
            return super.visitVariable(variable, null);
        }

        @Override
        public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree loop, @Nullable Void nothing) {
            if (CALL.matcher(loop.getStatement().toString()).find()) {
                new Rows().scan(loop.getExpression(), null);
            }
            return super.visitEnhancedForLoop(loop, null);
        }

        /** The rows that a loop goes through: all texts in them. */
        private final class Rows extends TreeScanner<Void, Void> {
            @Override
            public @Nullable Void scan(@Nullable Tree tree, @Nullable Void nothing) {
                if (tree instanceof ExpressionTree expression
                        && text(expression).matches("[\\w.]+\\.[\\w.]+")) {
                    called().add(text(expression));
                    return null;
                }
                return super.scan(tree, null);
            }
        }

        private String text(ExpressionTree expression) {
            ExpressionTree local = expression instanceof IdentifierTree name
                    ? locals.get(name.getName().toString())
                    : null;
            return scope.text(local == null ? expression : local);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            if (call.getMethodSelect() instanceof MemberSelectTree select) {
                String method = select.getIdentifier().toString();
                boolean telling = !method.equals(method.toLowerCase(Locale.ROOT));
                if (telling || select.getExpression().toString().startsWith("procedures")) {
                    called().add("#" + method);
                }
                note(method, call.getArguments());
            } else {
                note(call.getMethodSelect().toString(), call.getArguments());
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void nothing) {
            note(made.getIdentifier().toString(), made.getArguments());
            return super.visitNewClass(made, null);
        }

        private void note(String method, List<? extends ExpressionTree> arguments) {
            Named name = named.get(method);
            List<String> texts = arguments.stream().map(this::text).toList();
            if (name != null && name.at() < texts.size() && texts.get(name.at()).indexOf('.') < 0) {
                called().add(name.prefix() + texts.get(name.at()));
            } else if (METHODS.contains(method)) {
                texts.stream()
                        .filter(text -> text.indexOf('.') >= 0)
                        .findFirst()
                        .ifPresent(called()::add);
            }
        }

        private List<String> called() {
            return called.computeIfAbsent(scope.file(), file -> new ArrayList<>());
        }
    }
}
