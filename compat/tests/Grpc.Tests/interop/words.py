"""The message Words of trial.proto by hand: the protobuf library of a distribution may be older than the compiler of Grpc.Tools."""


def _varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varint(data, at):
    shift = result = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at
        shift += 7


class Words:
    def __init__(self, ask="", number=0, load=b""):
        self.ask, self.number, self.load = ask, number, load

    def encode(self):
        out = b""
        if self.ask:
            ask = self.ask.encode()
            out += b"\x0a" + _varint(len(ask)) + ask
        if self.number:
            out += b"\x10" + _varint(self.number)
        if self.load:
            out += b"\x1a" + _varint(len(self.load)) + self.load
        return out

    @staticmethod
    def decode(data):
        words, at = Words(), 0
        while at < len(data):
            tag, at = _read_varint(data, at)
            value, at = _read_varint(data, at)
            if tag == 0x10:
                words.number = value
                continue
            piece, at = data[at:at + value], at + value
            if tag == 0x0A:
                words.ask = piece.decode()
            elif tag == 0x1A:
                words.load = piece
            else:
                raise ValueError(f"unknown tag {tag}")
        return words
