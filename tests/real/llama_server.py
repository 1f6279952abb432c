#!/usr/bin/env python3
"""Serves a GGUF model over the OpenAI-compatible HTTP API of llama.cpp, through the `xllamacpp` wheel.

Prints one line, `ready URL`, when the model is loaded and answers, then serves until it is told to stop
(SIGTERM, SIGINT) or its standard input closes (with --until-stdin-closes, so that a test that is killed
leaves no server behind).

    python llama_server.py --model qwen.gguf --port 8080
"""

import argparse
import signal
import sys
import threading


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="path of the GGUF file")
    parser.add_argument("--alias", default="qwen", help="the model's name in the API")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--context", type=int, default=8192, help="tokens of context for each slot")
    parser.add_argument("--slots", type=int, default=1, help="requests served at once")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--until-stdin-closes", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.model_alias = {options.alias} if isinstance(params.model_alias, set) else options.alias
    params.hostnames = [options.host]
    params.port = options.port
    params.n_ctx = options.context * options.slots
    params.n_parallel = options.slots
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.n_gpu_layers = 0
    params.warmup = False
    params.verbosity = 0

    server = xllamacpp.Server(params)
    print(f"ready {server.listening_address}/v1", flush=True)

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if options.until_stdin_closes:
        threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    while not stopped.wait(0.5):
        pass
    del server


if __name__ == "__main__":
    main()
