"""What every run of the product imports: loaded once, in the process that the runs fork from."""

from __future__ import annotations

import codecs

import corpus.__main__
import index.__main__
from chatbot import __main__ as chatbot_main
from index import onnx_encoder, sentences

COMMANDS = {
    "chatbot": chatbot_main.cli,
    "corpus": corpus.__main__.cli,
    "index": index.__main__.cli,
}
LOADED = (onnx_encoder, sentences)
codecs.lookup("utf-8-sig")  # is read when it is first used, and nobody may not read the interpreter
