"""The same few verbs on both of Autobahn's frameworks, asyncio and Twisted: the environment's FRAMEWORK chooses."""

import asyncio
import os
import threading

TWISTED = os.environ.get("FRAMEWORK", "asyncio") == "twisted"
NAME = "twisted" if TWISTED else "asyncio"

if TWISTED:
    from twisted.internet import defer, reactor, ssl, task, threads

    from autobahn.twisted.component import Component

    def begin():
        threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True).start()

    def end():
        reactor.callFromThread(reactor.stop)

    def run(coroutine, seconds=60):
        def started():
            return defer.ensureDeferred(coroutine).addTimeout(seconds, reactor)

        return threads.blockingCallFromThread(reactor, started)

    def sleep(seconds):
        return task.deferLater(reactor, seconds, lambda: None)

    def promise():
        return defer.Deferred()

    def resolve(of, value):
        if not of.called:
            of.callback(value)

    def reject(of, failure):
        if not of.called:
            of.errback(failure)

    def start(component):
        return component.start()

    def when_failed(of, then):
        of.addErrback(lambda failure: then(failure.value))

    def trust(file):
        return ssl.optionsForClientTLS("localhost", trustRoot=ssl.Certificate.loadPEM(file.read_bytes()))
else:
    from autobahn.asyncio.component import Component

    LOOP = asyncio.new_event_loop()

    def begin():
        asyncio.set_event_loop(LOOP)
        threading.Thread(target=LOOP.run_forever, daemon=True).start()

    def end():
        LOOP.call_soon_threadsafe(LOOP.stop)

    def run(coroutine, seconds=60):
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(coroutine, seconds), LOOP).result()

    def sleep(seconds):
        return asyncio.sleep(seconds)

    def promise():
        return LOOP.create_future()

    def resolve(of, value):
        if not of.done():
            of.set_result(value)

    def reject(of, failure):
        if not of.done():
            of.set_exception(failure)

    def start(component):
        return component.start(loop=LOOP)

    def when_failed(of, then):
        of.add_done_callback(lambda done: done.cancelled() or done.exception() and then(done.exception()))

    def trust(file):
        import ssl

        return ssl.create_default_context(cafile=str(file))


async def until(what, attempt, seconds=20):
    """Waits until attempt() is true."""
    for _ in range(seconds * 100):
        if attempt():
            return
        await sleep(0.01)
    raise TimeoutError(f"waited {seconds} s for {what}")
