// Every host is this machine, as for the browsers of developers: the portals of tests have names that no resolver has.
import dns from "node:dns";

dns.lookup = (host, options, told) => {
  const answered = typeof options === "function" ? options : told;
  const all = typeof options === "object" && options.all;
  process.nextTick(() => (all ? answered(null, [{ address: "127.0.0.1", family: 4 }]) : answered(null, "127.0.0.1", 4)));
};
