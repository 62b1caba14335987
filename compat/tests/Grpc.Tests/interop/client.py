"""A client of trial.v1.Trial that is not ours: client.py <host:port> <case> prints what came of the case as JSON."""
import json
import sys
import threading

import grpc

from words import Words

channel = grpc.insecure_channel(sys.argv[1])
coding = {"request_serializer": Words.encode, "response_deserializer": Words.decode}
say = channel.unary_unary("/trial.v1.Trial/Say", **coding)
count = channel.unary_stream("/trial.v1.Trial/Count", **coding)
join = channel.stream_unary("/trial.v1.Trial/Join", **coding)
echo = channel.stream_stream("/trial.v1.Trial/Echo", **coding)
sing = channel.unary_unary("/trial.v1.Trial/Sing", **coding)
PATIENCE = 15


def end(error):
    # Where headers and trailers are one, those of the web server are among them.
    trailers = {k: v.hex() if isinstance(v, bytes) else v for k, v in error.trailing_metadata() or () if k.startswith("x-")}
    return {"code": error.code().name, "details": error.details(), "trailers": trailers}


def failing(call):
    try:
        call()
    except grpc.RpcError as error:
        return end(error)
    return {"code": "OK"}


def unary():
    answer, call = say.with_call(Words(ask="trailers"), timeout=PATIENCE)
    return {"ask": answer.ask, "before": dict(call.initial_metadata())["x-before"], "after": dict(call.trailing_metadata())["x-after"]}


def headers():
    return say(Words(ask="header"), timeout=PATIENCE, metadata=(("x-said", "a"), ("x-said-bin", b"\xca\xfe"))).ask


def stream():
    return [words.number for words in count(Words(number=100, load=bytes(10_000)), timeout=PATIENCE)]


def stream_error():
    got = []

    def read():
        for words in count(Words(ask="fail at two", number=5), timeout=PATIENCE):
            got.append(words.number)

    return failing(read) | {"got": got}


def client_stream():
    answer = join(iter([Words(ask="one"), Words(ask="two"), Words(ask="three")]), timeout=PATIENCE)
    return [answer.ask, answer.number]


def duplex():
    # Each word is said only when the one before was answered.
    turn = threading.Semaphore(1)

    def talk():
        for i in range(20):
            turn.acquire()
            yield Words(ask="word", number=i)

    got = []
    for words in echo(talk(), timeout=PATIENCE):
        got.append([words.ask, words.number])
        turn.release()
    return got


def deadline():
    # Connected first: the time is for the method, which is to be asked to stop.
    say(Words(), timeout=PATIENCE)
    return failing(lambda: say(Words(ask="wait"), timeout=1))


def deadline_sent():
    return say(Words(ask="deadline"), timeout=100).ask


def cancel():
    call = count(Words(ask="wait", number=1), timeout=PATIENCE)
    first = next(call).number
    call.cancel()
    return failing(lambda: next(call)) | {"first": first}


def large():
    return [
        say(Words(load=bytes(3_000_000)), timeout=PATIENCE).number,
        len(say(Words(ask="large", number=3_000_000), timeout=PATIENCE).load),
        failing(lambda: say(Words(load=bytes(5_000_000)), timeout=PATIENCE))["code"],
        failing(lambda: say(Words(ask="large", number=5_000_000), timeout=PATIENCE))["code"],
    ]


def compressed():
    answer = say(Words(ask="zip", load=bytes(100_000)), timeout=PATIENCE, compression=grpc.Compression.Gzip)
    return [answer.number, len(answer.load)]


CASES = {
    "unary": unary, "headers": headers, "stream": stream, "stream_error": stream_error, "client_stream": client_stream, "duplex": duplex,
    "error": lambda: failing(lambda: say(Words(ask="fail"), timeout=PATIENCE)),
    "exception": lambda: failing(lambda: say(Words(ask="break"), timeout=PATIENCE)),
    "unimplemented": lambda: failing(lambda: sing(Words(), timeout=PATIENCE)),
    "deadline": deadline, "deadline_sent": deadline_sent, "cancel": cancel, "large": large, "compressed": compressed,
}
print(json.dumps(CASES[sys.argv[2]]()))
channel.close()
