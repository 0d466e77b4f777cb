"""Counts its visitors in Redis. GET / counts, GET /count only looks, GET /health says whether Redis answers."""
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis

store = redis.Redis(host=os.environ.get("REDIS", "redis"), socket_timeout=3, socket_connect_timeout=3)


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            if self.path == "/":
                status, body = 200, f"{store.incr('visits')}\n"
            elif self.path == "/count":
                status, body = 200, f"{int(store.get('visits') or 0)}\n"
            elif self.path == "/health":
                store.ping()
                status, body = 200, "ok\n"
            else:
                status, body = 404, "Only / and /count are here.\n"
        except redis.RedisError as e:
            print(f"Redis does not answer: {e}", file=sys.stderr)
            status, body = 503, "Redis does not answer; try again in a moment.\n"
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format, *args):
        print(f"{self.command} {self.path} {args[1] if len(args) > 1 else ''}")


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("counting on port 8080")
ThreadingHTTPServer(("", 8080), Page).serve_forever()
