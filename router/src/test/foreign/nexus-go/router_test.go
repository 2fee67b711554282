// Package foreign tries the client of gammazero/nexus, which nobody here wrote, against a running router.
package foreign

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gammazero/nexus/v3/client"
	"github.com/gammazero/nexus/v3/transport/serialize"
	"github.com/gammazero/nexus/v3/wamp"
	"github.com/gammazero/nexus/v3/wamp/crsign"
)

const secret = "secret-of-tests"

// The running router.
var (
	port     string
	unix     string
	features string
)

func TestMain(m *testing.M) {
	code, err := withRouter(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withRouter(run func() int) (int, error) {
	directory, err := os.MkdirTemp("", "bailiwick-go-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(directory)
	yaml, err := os.ReadFile("../router.yaml")
	if err != nil {
		return 1, err
	}
	found, err := os.ReadFile("../../java/io/bailiwick/router/conformance/Feature.java")
	if err != nil {
		return 1, err
	}
	features = string(found)
	file := filepath.Join(directory, "router.yaml")
	unix = filepath.Join(directory, "router.sock")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(yaml), "DIRECTORY", directory)), 0o600); err != nil {
		return 1, err
	}
	launcher := os.Getenv("BAILIWICK_LAUNCHER")
	if launcher == "" {
		launcher = "../../../../../bailiwick"
	}
	router := exec.Command(launcher, "router", "run", "--config", file)
	logs := &strings.Builder{}
	router.Stderr = logs
	out, err := router.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := router.Start(); err != nil {
		return 1, err
	}
	lines := bufio.NewScanner(out)
	ready := false
	for !ready && lines.Scan() {
		line := lines.Text()
		ready = line == "READY"
		if strings.HasPrefix(line, "main ") {
			port = line[strings.LastIndex(line, ":")+1:]
		}
	}
	code := 1
	if ready {
		code = run()
	} else {
		err = errors.New(logs.String())
	}
	router.Process.Signal(syscall.SIGTERM)
	patience := time.AfterFunc(30*time.Second, func() { router.Process.Kill() })
	io.Copy(io.Discard, out)
	router.Wait()
	patience.Stop()
	return code, err
}

// conforms marks a test with the features of WAMP that it shows: constants of Feature.java.
func conforms(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if !regexp.MustCompile(`(?m)^    ` + name + `\(`).MatchString(features) {
			t.Fatalf("Feature.java has no %s", name)
		}
	}
}

func url(kind string) string {
	switch kind {
	case "ws":
		return "ws://127.0.0.1:" + port + "/ws"
	case "tcp":
		return "tcp://127.0.0.1:" + port + "/"
	default:
		return "unix://" + unix
	}
}

func config(authid string, handlers map[string]client.AuthFunc) client.Config {
	details := wamp.Dict{}
	if authid != "" {
		details["authid"] = authid
	}
	return client.Config{
		Realm: "test", HelloDetails: details, AuthHandlers: handlers, ResponseTimeout: 20 * time.Second,
		Logger: log.New(io.Discard, "", 0),
	}
}

func connect(t *testing.T, kind string, cfg client.Config) *client.Client {
	t.Helper()
	joined, err := client.ConnectNet(context.Background(), url(kind), cfg)
	check(t, err)
	t.Cleanup(func() { joined.Close() })
	return joined
}

// guest is a session that has proven nothing.
func guest(t *testing.T) *client.Client {
	t.Helper()
	cfg := config("", nil)
	cfg.Serialization = serialize.CBOR
	return connect(t, "ws", cfg)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, expected, found any) {
	t.Helper()
	if fmt.Sprint(expected) != fmt.Sprint(found) {
		t.Fatalf("expected %v, but found %v", expected, found)
	}
}

// refused is the error of a call that the router or the callee must not answer.
func refused(t *testing.T, uri string, err error) {
	t.Helper()
	var failure client.RPCError
	if !errors.As(err, &failure) {
		t.Fatalf("expected %s, but found %v", uri, err)
	}
	equal(t, uri, failure.Err.Error)
}

func limited(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func ticket(text string) map[string]client.AuthFunc {
	return map[string]client.AuthFunc{"ticket": func(*wamp.Challenge) (string, wamp.Dict) { return text, nil }}
}

func cra(text string) map[string]client.AuthFunc {
	return map[string]client.AuthFunc{"wampcra": func(c *wamp.Challenge) (string, wamp.Dict) {
		return crsign.RespondChallenge(text, c, nil), wamp.Dict{}
	}}
}

func TestLogins(t *testing.T) {
	conforms(t, "ANONYMOUS", "TICKET", "WAMPCRA", "CRYPTOSIGN")
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("\x11", ed25519.SeedSize)))
	sign := func(key ed25519.PrivateKey) map[string]client.AuthFunc {
		return map[string]client.AuthFunc{"cryptosign": func(c *wamp.Challenge) (string, wamp.Dict) {
			challenge, _ := wamp.AsString(c.Extra["challenge"])
			message, _ := hex.DecodeString(challenge)
			return hex.EncodeToString(append(ed25519.Sign(key, message), message...)), wamp.Dict{}
		}}
	}
	other := ed25519.NewKeyFromSeed([]byte(strings.Repeat("\x22", ed25519.SeedSize)))
	for _, login := range []struct {
		method, authid string
		right, wrong   map[string]client.AuthFunc
	}{
		{"ticket", "tina", ticket(secret), ticket("another")},
		{"wampcra", "paul", cra(secret), cra("another")},
		{"wampcra", "sally", cra(secret), cra("another")},
		{"cryptosign", "kate", sign(key), sign(other)},
	} {
		t.Run(login.authid, func(t *testing.T) {
			cfg := config(login.authid, login.right)
			pubkey := hex.EncodeToString(key.Public().(ed25519.PublicKey))
			cfg.HelloDetails["authextra"] = wamp.Dict{"pubkey": pubkey}
			welcome := connect(t, "ws", cfg).RealmDetails()
			equal(t, []any{login.authid, "user", login.method},
				[]any{welcome["authid"], welcome["authrole"], welcome["authmethod"]})
			cfg = config(login.authid, login.wrong)
			cfg.HelloDetails["authextra"] = wamp.Dict{"pubkey": pubkey}
			joined, err := client.ConnectNet(context.Background(), url("ws"), cfg)
			if err == nil {
				joined.Close()
				t.Fatal("expected a refusal, but found a session")
			}
			if !strings.Contains(err.Error(), "authentication failed") {
				t.Fatal(err)
			}
		})
	}
	t.Run("anonymous", func(t *testing.T) { equal(t, "guest", guest(t).RealmDetails()["authrole"]) })
}

func TestTransports(t *testing.T) {
	conforms(t, "WEBSOCKET", "RAWSOCKET", "UNIX_SOCKET", "JSON", "MSGPACK", "CBOR", "ONE_PORT")
	formats := map[string]serialize.Serialization{
		"json": serialize.JSON, "msgpack": serialize.MSGPACK, "cbor": serialize.CBOR}
	for _, kind := range []string{"ws", "tcp", "unix"} {
		for name, format := range formats {
			t.Run(kind+" "+name, func(t *testing.T) {
				cfg := config("", nil)
				cfg.Serialization = format
				far, near := connect(t, kind, cfg), guest(t)
				uri := "com.example.go." + kind + "." + name
				check(t, far.Register(uri, func(_ context.Context, i *wamp.Invocation) client.InvokeResult {
					return client.InvokeResult{Args: i.Arguments, Kwargs: i.ArgumentsKw}
				}, nil))
				values := wamp.List{"ü€", 1 << 40, -1, 1.5, true, nil, wamp.List{}, wamp.Dict{"deep": wamp.List{1}}}
				result, err := near.Call(limited(t), uri, nil, values, wamp.Dict{"key": "value"}, nil)
				check(t, err)
				equal(t, values, result.Arguments)
				equal(t, "value", result.ArgumentsKw["key"])
				large := strings.Repeat("x", 300_000)
				result, err = near.Call(limited(t), uri, nil, wamp.List{large}, nil, nil)
				check(t, err)
				equal(t, large, result.Arguments[0])
				events := make(chan *wamp.Event, 10)
				check(t, far.SubscribeChan(uri, events, nil))
				check(t, near.Publish(uri, wamp.Dict{"acknowledge": true}, values, nil))
				equal(t, values, next(t, events).Arguments)
			})
		}
	}
}

func answer(args ...any) client.InvokeResult {
	return client.InvokeResult{Args: args}
}

func TestCallsAndErrors(t *testing.T) {
	conforms(t, "REGISTER_AND_CALL", "STATIC_AUTHORIZATION")
	callee, caller := guest(t), guest(t)
	check(t, callee.Register("com.example.add", func(_ context.Context, i *wamp.Invocation) client.InvokeResult {
		a, _ := wamp.AsInt64(i.Arguments[0])
		b, _ := wamp.AsInt64(i.Arguments[1])
		return answer(a + b)
	}, nil))
	check(t, callee.Register("com.example.fail", func(context.Context, *wamp.Invocation) client.InvokeResult {
		return client.InvokeResult{Err: "com.example.error.no", Args: wamp.List{"no"}}
	}, nil))
	result, err := caller.Call(limited(t), "com.example.add", nil, wamp.List{2, 40}, nil, nil)
	check(t, err)
	equal(t, 42, result.Arguments[0])
	_, err = caller.Call(limited(t), "com.example.fail", nil, nil, nil, nil)
	refused(t, "com.example.error.no", err)
	check(t, callee.Unregister("com.example.add"))
	_, err = caller.Call(limited(t), "com.example.add", nil, nil, nil, nil)
	refused(t, "wamp.error.no_such_procedure", err)
	_, err = caller.Call(limited(t), "com.example.closed.it", nil, nil, nil, nil)
	refused(t, "wamp.error.not_authorized", err)
}

func TestProgressiveResults(t *testing.T) {
	conforms(t, "PROGRESSIVE_CALL_RESULTS")
	callee, caller := guest(t), guest(t)
	check(t, callee.Register("com.example.count", func(ctx context.Context, i *wamp.Invocation) client.InvokeResult {
		for part := 1; part < 5; part++ {
			if err := callee.SendProgress(ctx, wamp.List{part}, nil); err != nil {
				return client.InvokeResult{Err: "com.example.error.progress"}
			}
		}
		return answer(5)
	}, nil))
	var seen wamp.List
	result, err := caller.Call(limited(t), "com.example.count", nil, nil, nil, func(part *wamp.Result) {
		seen = append(seen, part.Arguments[0])
	})
	check(t, err)
	equal(t, "[1 2 3 4 5]", append(seen, result.Arguments[0]))
}

func TestProgressiveInvocations(t *testing.T) {
	conforms(t, "PROGRESSIVE_CALL_INVOCATIONS", "PROGRESSIVE_CALL_RESULTS")
	callee, caller := guest(t), guest(t)
	sum := int64(0)
	check(t, callee.Register("com.example.sum", func(ctx context.Context, i *wamp.Invocation) client.InvokeResult {
		part, _ := wamp.AsInt64(i.Arguments[0])
		sum += part
		if more, _ := i.Details["progress"].(bool); more {
			if err := callee.SendProgress(ctx, wamp.List{sum}, nil); err != nil {
				return client.InvokeResult{Err: "com.example.error.progress"}
			}
			return client.InvokeResult{Err: wamp.InternalProgressiveOmitResult}
		}
		return answer(sum)
	}, nil))
	sent := 0
	var seen wamp.List
	result, err := caller.CallProgressive(limited(t), "com.example.sum",
		func(context.Context) (wamp.Dict, wamp.List, wamp.Dict, error) {
			sent++
			return wamp.Dict{"progress": sent < 4}, wamp.List{sent}, nil, nil
		}, func(part *wamp.Result) { seen = append(seen, part.Arguments[0]) })
	check(t, err)
	equal(t, 10, result.Arguments[0])
	equal(t, "[1 3 6]", seen)
}

func TestCancel(t *testing.T) {
	conforms(t, "CALL_CANCELING")
	callee, caller := guest(t), guest(t)
	begun, interrupted := make(chan bool, 10), make(chan bool, 10)
	check(t, callee.Register("com.example.wait", func(ctx context.Context, i *wamp.Invocation) client.InvokeResult {
		begun <- true
		<-ctx.Done()
		interrupted <- true
		return client.InvocationCanceled
	}, nil))
	for _, mode := range []string{"kill", "killnowait"} {
		check(t, caller.SetCallCancelMode(mode))
		ctx, cancel := context.WithCancel(context.Background())
		failed := make(chan error, 1)
		go func() {
			_, err := caller.Call(ctx, "com.example.wait", nil, nil, nil, nil)
			failed <- err
		}()
		next(t, begun)
		cancel()
		next(t, interrupted)
		if err := next(t, failed); err == nil {
			t.Fatal("expected an error, but found none")
		}
	}
	_, err := caller.Call(limited(t), "com.example.nothing", nil, nil, nil, nil)
	refused(t, "wamp.error.no_such_procedure", err)
}

func TestTimeout(t *testing.T) {
	conforms(t, "CALL_TIMEOUT", "CALL_CANCELING")
	callee, caller := guest(t), guest(t)
	interrupted := make(chan bool, 10)
	wait := func(ctx context.Context, i *wamp.Invocation) client.InvokeResult {
		<-ctx.Done()
		interrupted <- true
		return client.InvocationCanceled
	}
	check(t, callee.Register("com.example.slow", wait, nil))
	started := time.Now()
	_, err := caller.Call(limited(t), "com.example.slow", wamp.Dict{"timeout": 150}, nil, nil, nil)
	refused(t, "wamp.error.timeout", err)
	next(t, interrupted)
	if took := time.Since(started); took < 140*time.Millisecond || took > 10*time.Second {
		t.Fatalf("expected about 150 ms, but found %s", took)
	}
	// Here the callee has the timer, and the router none.
	check(t, callee.Register("com.example.slow.forwarded", wait, wamp.Dict{"forward_timeout": true}))
	_, err = caller.Call(limited(t), "com.example.slow.forwarded", wamp.Dict{"timeout": 150}, nil, nil, nil)
	next(t, interrupted)
	refused(t, "wamp.error.canceled", err)
}

func TestPatternsAndSharing(t *testing.T) {
	conforms(t, "PATTERN_BASED_REGISTRATION", "SHARED_REGISTRATION", "CALLER_IDENTIFICATION")
	caller := guest(t)
	callees := []*client.Client{guest(t), guest(t), guest(t)}
	for invoke, expected := range map[string]string{"first": "aaaa", "last": "cccc", "roundrobin": "abca"} {
		for i, callee := range callees {
			name := string(rune('a' + i))
			check(t, callee.Register("com.shared."+invoke, func(context.Context, *wamp.Invocation) client.InvokeResult {
				return answer(name)
			}, wamp.Dict{"invoke": invoke}))
		}
		found := ""
		for range expected {
			result, err := caller.Call(limited(t), "com.shared."+invoke, nil, nil, nil, nil)
			check(t, err)
			found += fmt.Sprint(result.Arguments[0])
		}
		equal(t, expected, found)
	}
	for _, pattern := range [][2]string{{"com.go.a", "prefix"}, {"com.go..z", "wildcard"}} {
		check(t, callees[0].Register(pattern[0], func(_ context.Context, i *wamp.Invocation) client.InvokeResult {
			return answer(pattern[1], i.Details["procedure"], i.Details["caller"])
		}, wamp.Dict{"match": pattern[1], "disclose_caller": true}))
	}
	for uri, match := range map[string]string{"com.go.abc": "prefix", "com.go.b.z": "wildcard", "com.go.a.z": "prefix"} {
		result, err := caller.Call(limited(t), uri, nil, nil, nil, nil)
		check(t, err)
		equal(t, wamp.List{match, uri, caller.ID()}, result.Arguments)
	}
}

func TestEvents(t *testing.T) {
	conforms(t, "PUBLISH_AND_SUBSCRIBE", "ACKNOWLEDGE", "PUBLISHER_EXCLUSION", "SUBSCRIBER_BLACKWHITE_LISTING",
		"PATTERN_BASED_SUBSCRIPTION", "PUBLISHER_IDENTIFICATION")
	publisher, one, two := guest(t), guest(t), guest(t)
	heard := map[*client.Client]chan *wamp.Event{}
	for _, session := range []*client.Client{publisher, one, two} {
		heard[session] = make(chan *wamp.Event, 100)
		check(t, session.SubscribeChan("com.go.news", heard[session], wamp.Dict{"match": "prefix"}))
	}
	publish := func(what string, options wamp.Dict) {
		options["acknowledge"] = true
		check(t, publisher.Publish("com.go.news.today", options, wamp.List{what}, nil))
	}
	publish("all", wamp.Dict{"disclose_me": true})
	publish("not one", wamp.Dict{"exclude": wamp.List{one.ID()}})
	publish("only one", wamp.Dict{"eligible": wamp.List{one.ID()}})
	publish("me too", wamp.Dict{"exclude_me": false})
	for session, expected := range map[*client.Client][]string{
		publisher: {"me too"}, one: {"all", "only one", "me too"}, two: {"all", "not one", "me too"}} {
		for _, what := range expected {
			event := next(t, heard[session])
			equal(t, what, event.Arguments[0])
			equal(t, "com.go.news.today", event.Details["topic"])
			if what == "all" {
				equal(t, publisher.ID(), event.Details["publisher"])
			}
		}
	}
	if err := publisher.Publish("com.example.closed.it", wamp.Dict{"acknowledge": true}, nil, nil); err == nil {
		t.Fatal("expected a refusal, but found none")
	}
	check(t, one.Unsubscribe("com.go.news"))
}

func TestPayloadPassthru(t *testing.T) {
	conforms(t, "PAYLOAD_PASSTHRU")
	callee, caller := guest(t), guest(t)
	ppt := wamp.Dict{"ppt_scheme": "x_custom", "ppt_serializer": "cbor"}
	check(t, callee.Register("com.go.ppt", func(_ context.Context, i *wamp.Invocation) client.InvokeResult {
		return client.InvokeResult{Args: i.Arguments, Kwargs: i.ArgumentsKw, Options: ppt}
	}, nil))
	result, err := caller.Call(limited(t), "com.go.ppt", wamp.Dict{"ppt_scheme": "x_custom", "ppt_serializer": "cbor"},
		wamp.List{"sealed", 1}, wamp.Dict{"key": "value"}, nil)
	check(t, err)
	equal(t, wamp.List{"sealed", 1}, result.Arguments)
	equal(t, "value", result.ArgumentsKw["key"])
	events := make(chan *wamp.Event, 10)
	check(t, callee.SubscribeChan("com.go.ppt", events, nil))
	check(t, caller.Publish("com.go.ppt", wamp.Dict{
		"acknowledge": true, "ppt_scheme": "x_custom", "ppt_serializer": "msgpack"}, wamp.List{"sealed"}, nil))
	event := next(t, events)
	equal(t, "x_custom", event.Details["ppt_scheme"])
	equal(t, "sealed", event.Arguments[0])
}

func TestMeta(t *testing.T) {
	conforms(t, "SESSION_META_API", "REGISTRATION_META_API", "LIFECYCLE")
	asker, other := guest(t), guest(t)
	check(t, other.Register("com.go.meta", func(context.Context, *wamp.Invocation) client.InvokeResult {
		return answer()
	}, nil))
	id, _ := other.RegistrationID("com.go.meta")
	for procedure, expected := range map[string]any{
		"wamp.registration.lookup": id, "wamp.registration.match": id} {
		result, err := asker.Call(limited(t), procedure, nil, wamp.List{"com.go.meta"}, nil, nil)
		check(t, err)
		found, _ := wamp.AsID(result.Arguments[0])
		equal(t, expected, found)
	}
	leaves := make(chan *wamp.Event, 100)
	check(t, asker.SubscribeChan("wamp.session.on_leave", leaves, nil))
	_, err := asker.Call(limited(t), "wamp.session.kill", nil, wamp.List{other.ID()}, nil, nil)
	check(t, err)
	next(t, other.Done())
	for {
		left, _ := wamp.AsID(next(t, leaves).Arguments[0])
		if left == other.ID() {
			return
		}
	}
}
