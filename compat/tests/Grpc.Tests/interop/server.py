"""A server of trial.v1.Trial that is not ours. Prints its port and runs until its standard input ends."""
import sys
import threading
from concurrent import futures

import grpc

from words import Words

cancelled = threading.Event()


def details(context):
    context.set_trailing_metadata((("x-why-bin", bytes([0, 1, 254, 255])), ("x-why", "because")))


def watch(context):
    """From here on the end of the call is its cancellation."""
    if not context.add_callback(cancelled.set):
        cancelled.set()


def say(request, context):
    if request.ask == "fail":
        details(context)
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "Größe: 100 % zu viel\n")
    if request.ask == "wait":
        watch(context)
        cancelled.wait(20)
    if request.ask == "was cancelled":
        return Words(number=int(cancelled.wait(10)))
    if request.ask == "deadline":
        return Words(number=int(context.time_remaining()))
    if request.ask == "header":
        sent = dict(context.invocation_metadata())
        return Words(ask=sent["x-said"] + sent["x-said-bin"].hex(), load=sent["user-agent"].encode())
    if request.ask == "trailers":
        context.send_initial_metadata((("x-before", "yes"),))
        context.set_trailing_metadata((("x-after", "yes"),))
        return Words()
    if request.ask == "large":
        return Words(load=bytes(request.number))
    return Words(ask=request.ask, number=len(request.load))


def count(request, context):
    if request.ask == "wait":
        # First of all: a generator whose call is over is not run on.
        watch(context)
    for i in range(1, request.number + 1):
        yield Words(ask=request.ask, number=i, load=request.load)
        if request.ask == "fail at two" and i == 2:
            details(context)
            context.abort(grpc.StatusCode.DATA_LOSS, "lost")
    if request.ask == "wait":
        cancelled.wait(20)


def join(requests, context):
    words = [said.ask for said in requests]
    return Words(ask=" ".join(words), number=len(words))


def echo(requests, context):
    for said in requests:
        if said.ask == "stop":
            return
        yield Words(ask=said.ask.upper(), number=said.number)


def main():
    coding = {"request_deserializer": Words.decode, "response_serializer": Words.encode}
    compression = grpc.Compression.Gzip if "gzip" in sys.argv else grpc.Compression.NoCompression
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), compression=compression)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("trial.v1.Trial", {
        "Say": grpc.unary_unary_rpc_method_handler(say, **coding),
        "Count": grpc.unary_stream_rpc_method_handler(count, **coding),
        "Join": grpc.stream_unary_rpc_method_handler(join, **coding),
        "Echo": grpc.stream_stream_rpc_method_handler(echo, **coding),
    }),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0)


main()
