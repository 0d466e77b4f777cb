"""A web server that says who it is, and greets in its log so that there is something to watch."""
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = os.environ.get("HOSTNAME", "somebody")
GREETING = os.environ.get("GREETING", "Hello")


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        body = "ok\n" if self.path == "/health" else f"{GREETING}, I am {NAME}\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format, *args):
        if self.path != "/health":
            print(f"GET {self.path} for {self.client_address[0]}")


def greet(stopping):
    number = 0
    while True:
        number += 1
        print(f"greeting {number} from {NAME}")
        if stopping.wait(3):
            return


def main():
    stopping = threading.Event()
    # The first process of a container gets no default action for SIGTERM: without this line every stop takes the whole grace time.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=greet, args=[stopping], daemon=True).start()
    ThreadingHTTPServer(("", 8080), Page).serve_forever()


main()
