"""Robots of WeCom, DingTalk and Feishu for tests: they answer as their published pages say.

WeCom: developer.work.weixin.qq.com/document/path/91770; DingTalk: open.dingtalk.com, custom robots;
Feishu: open.feishu.cn, custom bots. All answer 200, also when they refuse.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "3f2a-key"
PATHS = {
    "/cgi-bin/webhook/send": "WECOM",
    "/robot/send": "DINGTALK",
    f"/open-apis/bot/v2/hook/{KEY}": "FEISHU",
}
TOOK = {
    "WECOM": {"errcode": 0, "errmsg": "ok"},
    "DINGTALK": {"errcode": 0, "errmsg": "ok"},
    "FEISHU": {
        "StatusCode": 0,
        "StatusMessage": "success",
        "code": 0,
        "data": {},
        "msg": "success",
    },
}
REFUSED = {
    "WECOM": {
        "errcode": 93000,
        "errmsg": "invalid webhook url, hint: [1700000000123456], from ip: 192.0.2.1, more info at "
        "https://open.work.weixin.qq.com/devtool/query?e=93000",
    },
    "DINGTALK": {
        "errcode": 310000,
        "errmsg": "keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/server]",
    },
    "FEISHU": {"code": 19001, "data": {}, "msg": "param invalid: incoming webhook access token "
               "invalid"},
}  # fmt: skip
BUSY = {
    "WECOM": {"errcode": 45009, "errmsg": "api freq out of limit"},
    "DINGTALK": {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"},
    "FEISHU": {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]"},
}


class Robots:
    """Started as a context; ``posts`` is what it took, ``answers`` what a kind says instead."""

    def __init__(self):
        self.posts = []  # (kind, key, text)
        self.answers = {}  # kind -> body, or bytes
        self.status = 200

    def __enter__(self):
        robots = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                robots.answer(self, said)

            def log_message(self, *_args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def addresses(self):
        """Instead of those of the three companies."""
        return {
            "WECOM": f"{self.base}/cgi-bin/webhook/send?key=",
            "DINGTALK": f"{self.base}/robot/send?access_token=",
            "FEISHU": f"{self.base}/open-apis/bot/v2/hook/",
        }

    def answer(self, request, said):
        where = urlsplit(request.path)
        kind = PATHS[where.path]
        asked = parse_qs(where.query)
        [key] = asked.get("key") or asked.get("access_token") or [where.path.rsplit("/", 1)[1]]
        body = self.answers.get(kind, TOOK[kind])
        if body is TOOK[kind] and self.status == 200:
            words = said["content"]["text"] if kind == "FEISHU" else said["text"]["content"]
            assert said.get("msg_type" if kind == "FEISHU" else "msgtype") == "text"
            self.posts.append((kind, key, words))
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response(self.status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(raw)))
        request.end_headers()
        request.wfile.write(raw)
