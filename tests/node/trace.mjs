// Decodes Apollo's federated traces: one in base64 a line of the standard input, one as JSON a line of the output.
import { createInterface } from "node:readline";
import { Trace } from "@apollo/usage-reporting-protobuf";

for await (const line of createInterface({ input: process.stdin })) {
  const trace = Trace.decode(Buffer.from(line, "base64"));
  console.log(JSON.stringify(Trace.toObject(trace, { longs: Number, arrays: false })));
}
