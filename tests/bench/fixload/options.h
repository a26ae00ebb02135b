// The command line of fixload.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

struct Options {
  std::string host = "127.0.0.1", begin = "FIX.4.4", target = "VENUE", label, latency_file;
  int port = 9880;
  std::vector<std::string> senders{"CLIENT1"}, symbols{"TEST"};

  long orders = 100'000, warmup = 1'000;  // per session; the warm-up is not measured
  int window = 1;                         // orders in flight per session
  double rate = 0;                        // orders per second over all sessions; 0 = closed loop
  double cross = 0, cancel = 0;           // shares
  bool cross_other = false;               // the two legs of a crossing pair come from different sessions
  int cancel_lag = 8;

  long price = 10'000;  // ticks of 10^-decimals
  int decimals = 2, levels = 50, spread = 10;
  std::string qty = "100";
  std::string account, time_in_force, extra, logon_extra, id_prefix;
  bool handl_inst = true;

  bool reset = true, spin = false;
  int heartbeat_s = 30, timeout_s = 30, reply_timeout_s = 10, drain_ms = 300, verbose = 0;
  size_t batch_bytes = SIZE_MAX;
  unsigned seed = 1;
};

[[noreturn]] inline void die(const std::string& why) {
  fprintf(stderr, "fixload: %s\n", why.c_str());
  exit(2);
}

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) parts.emplace_back();
    else parts.back() += c;
  }
  return parts;
}

inline Options parse_options(int argc, char** argv) {
  Options o;
  using Text = const std::string&;
  const std::map<std::string, std::function<void(Text)>> valued{
      {"--host", [&](Text v) { o.host = v; }},
      {"--port", [&](Text v) { o.port = stoi(v); }},
      {"--begin", [&](Text v) { o.begin = v; }},
      {"--target", [&](Text v) { o.target = v; }},
      {"--senders", [&](Text v) { o.senders = split(v, ','); }},
      {"--symbols", [&](Text v) { o.symbols = split(v, ','); }},
      {"--orders", [&](Text v) { o.orders = stol(v); }},
      {"--warmup", [&](Text v) { o.warmup = stol(v); }},
      {"--window", [&](Text v) { o.window = stoi(v); }},
      {"--rate", [&](Text v) { o.rate = stod(v); }},
      {"--cross", [&](Text v) { o.cross = stod(v); }},
      {"--cross-mode", [&](Text v) {
         if (v != "pair" && v != "other") die("--cross-mode was " + v + ": must be pair or other");
         o.cross_other = v == "other";
       }},
      {"--cancel", [&](Text v) { o.cancel = stod(v); }},
      {"--cancel-lag", [&](Text v) { o.cancel_lag = stoi(v); }},
      {"--price", [&](Text v) { o.price = stol(v); }},
      {"--decimals", [&](Text v) { o.decimals = stoi(v); }},
      {"--spread", [&](Text v) { o.spread = stoi(v); }},
      {"--levels", [&](Text v) { o.levels = stoi(v); }},
      {"--qty", [&](Text v) { o.qty = v; }},
      {"--account", [&](Text v) { o.account = v; }},
      {"--tif", [&](Text v) { o.time_in_force = v; }},
      {"--extra", [&](Text v) { o.extra = v; }},
      {"--logon-extra", [&](Text v) { o.logon_extra = v; }},
      {"--idprefix", [&](Text v) { o.id_prefix = v; }},
      {"--hb", [&](Text v) { o.heartbeat_s = stoi(v); }},
      {"--timeout", [&](Text v) { o.timeout_s = stoi(v); }},
      {"--reply-timeout", [&](Text v) { o.reply_timeout_s = stoi(v); }},
      {"--drain-ms", [&](Text v) { o.drain_ms = stoi(v); }},
      {"--batch", [&](Text v) { o.batch_bytes = stoul(v); }},
      {"--seed", [&](Text v) { o.seed = unsigned(stoul(v)); }},
      {"--label", [&](Text v) { o.label = v; }},
      {"--lat-file", [&](Text v) { o.latency_file = v; }},
      {"--verbose", [&](Text v) { o.verbose = stoi(v); }},
  };
  const std::map<std::string, std::function<void()>> flags{
      {"--no-handlinst", [&] { o.handl_inst = false; }},
      {"--no-reset", [&] { o.reset = false; }},
      {"--spin", [&] { o.spin = true; }},
  };
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (auto flag = flags.find(name); flag != flags.end()) {
      flag->second();
    } else if (auto option = valued.find(name); option == valued.end()) {
      die("unknown option " + name + "; README.md lists them");
    } else if (i + 1 == argc) {
      die("no value for " + name);
    } else {
      try {
        option->second(argv[++i]);
      } catch (const std::exception&) {
        die(name + " was " + argv[i] + ": must be a number");
      }
    }
  }
  if (o.senders.size() > 99) die("--senders: at most 99 sessions");
  return o;
}
