"""The shop front. GET / lists the orders, POST /orders?item=NAME places one."""
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pymysql

from store import orders


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(self.listing)

    def do_POST(self):
        self.answer(self.place)

    def listing(self):
        with orders() as cursor:
            cursor.execute("SELECT id, item, packed_by FROM orders ORDER BY id")
            return 200, "".join(f"{number} {item}: {packed or 'open'}\n" for number, item, packed in cursor.fetchall())

    def place(self):
        item = parse_qs(urlsplit(self.path).query).get("item", [""])[0]
        if not 1 <= len(item) <= 60:
            return 400, "Say what you want: /orders?item=NAME, at most 60 characters.\n"
        with orders() as cursor:
            cursor.execute("INSERT INTO orders (item) VALUES (%s)", [item])
            print(f"order {cursor.lastrowid}: {item}")
            return 201, f"{cursor.lastrowid}\n"

    def answer(self, work):
        try:
            status, body = work()
        except pymysql.MySQLError as e:
            print(f"the database does not answer: {e}", file=sys.stderr)
            status, body = 503, "The database does not answer; try again in a moment.\n"
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format, *args):
        print(f"{self.command} {self.path} {args[1] if len(args) > 1 else ''}")


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("the shop is open on port 8080")
ThreadingHTTPServer(("", 8080), Page).serve_forever()
