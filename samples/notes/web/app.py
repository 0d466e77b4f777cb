"""A notebook: GET / reads all notes, POST / adds one. The notes are lines of a file, so they are easy to look after."""
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NOTES = Path("/notes/notes.txt")
TITLE = os.environ.get("TITLE", "Notes")
LONGEST = 2_000


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            self.answer(200, "ok\n")
        else:
            self.answer(200, f"{TITLE}\n\n" + (NOTES.read_text() if NOTES.exists() else ""))

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if not 1 <= length <= LONGEST:
            return self.answer(400, f"A note has 1 to {LONGEST} bytes.\n")
        note = self.rfile.read(length).decode(errors="replace").replace("\n", " ").strip()
        with NOTES.open("a") as file:
            file.write(note + "\n")
        print(f"a note of {length} bytes")
        self.answer(201, "noted\n")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format, *args):
        if self.path != "/health":
            print(f"{self.command} {self.path}")


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(f"the notebook '{TITLE}' is open on port 8080")
ThreadingHTTPServer(("", 8080), Page).serve_forever()
