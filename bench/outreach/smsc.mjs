// A provider of text messages: the SMPP server of the npm package “smpp”, which is not ours.
// It takes every message, sends a receipt for those that ask, keeps receipts until they are
// confirmed, and sends them again to whoever binds next. “GET /” on the port after answers what it
// took: messages, different numbers, receipts that were confirmed.
import { createRequire } from "node:module";
import { createServer } from "node:http";

const smpp = createRequire(import.meta.url)(process.env.SMPP_MODULE || "smpp");
const port = Number(process.argv[2]);
const took = new Map();
const waiting = new Map();
let n = 0;
let confirmed = 0;

function deliver(session, id, number) {
  const text = `id:${id} sub:001 dlvrd:001 submit date:2603021200 done date:2603021200 stat:DELIVRD err:000 text:`;
  session.deliver_sm({ source_addr: number, destination_addr: "1069", esm_class: 4, short_message: text }, () => {
    if (waiting.delete(id)) confirmed += 1;
  });
}

const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    session.send(pdu.response({ system_id: "bench" }));
    for (const [id, number] of waiting) deliver(session, id, number);
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
  session.on("submit_sm", (pdu) => {
    n += 1;
    const id = n.toString(16).padStart(10, "0");
    const number = pdu.destination_addr;
    took.set(number, (took.get(number) || 0) + 1);
    session.send(pdu.response({ message_id: id }));
    if (pdu.registered_delivery) {
      waiting.set(id, number);
      deliver(session, id, number);
    }
  });
});
server.listen(port, "127.0.0.1");
createServer((_request, response) => {
  const twice = [...took.values()].filter((times) => times > 1).length;
  response.end(JSON.stringify({ messages: n, numbers: took.size, twice, confirmed, waiting: waiting.size }));
}).listen(port + 1, "127.0.0.1");
