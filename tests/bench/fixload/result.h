// What a run of fixload prints: one JSON object.
#pragma once
#include <sys/resource.h>

#include <cinttypes>
#include <memory>

#include "session.h"

struct Elapsed {
  double wall_s = 0, cpu_s = 0;  // of the whole run, warm-up included
  bool timed_out = false;
};

class Stopwatch {
 public:
  Stopwatch() : wall_ns_(now_ns()), cpu_s_(cpu_seconds()) {}
  Elapsed stop(bool timed_out) const { return {double(now_ns() - wall_ns_) / 1e9, cpu_seconds() - cpu_s_, timed_out}; }

 private:
  static double cpu_seconds() {
    rusage used;
    getrusage(RUSAGE_SELF, &used);
    return double(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + double(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  }
  uint64_t wall_ns_;
  double cpu_s_;
};

// Latencies and the span of the measured orders: from the first one sent to the last first answer.
struct Measured {
  std::vector<uint32_t> latencies_ns;  // ascending
  double span_s = 0;

  explicit Measured(const std::vector<std::unique_ptr<Session>>& sessions, long warmup) {
    uint64_t first = UINT64_MAX, last = 0;
    for (const auto& session : sessions) {
      for (size_t i = size_t(warmup); i < session->orders.size(); ++i) {
        const Order& order = session->orders[i];
        if (!order.answered) continue;
        latencies_ns.push_back(order.latency_ns);
        first = std::min(first, order.sent_ns);
        last = std::max(last, order.sent_ns + order.latency_ns);
      }
    }
    std::sort(latencies_ns.begin(), latencies_ns.end());
    if (last > first) span_s = double(last - first) / 1e9;
  }

  double percentile_us(double share) const {
    if (latencies_ns.empty()) return 0;
    return latencies_ns[std::min(latencies_ns.size() - 1, size_t(double(latencies_ns.size()) * share))] / 1000.0;
  }

  void write(const std::string& path) const {
    FILE* file = fopen(path.c_str(), "w");
    if (!file) die("--lat-file: " + path + ": " + strerror(errno));
    for (uint32_t latency : latencies_ns) fprintf(file, "%u\n", latency);
    fclose(file);
  }
};

class JsonObject {
 public:
  void add(const char* name, const std::string& text) { put(name, '"' + text + '"'); }
  void add(const char* name, bool value) { put(name, value ? "true" : "false"); }
  void add(const char* name, uint64_t value) { put(name, std::to_string(value)); }
  void add(const char* name, double value, int decimals) {
    char text[64];
    snprintf(text, sizeof text, "%.*f", decimals, value);
    put(name, text);
  }
  void put(const char* name, const std::string& json) { (text_ += text_.empty() ? "\"" : ",\"").append(name).append("\":").append(json); }
  std::string json() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

inline void print_result(const Options& o, const std::vector<std::unique_ptr<Session>>& sessions, const Elapsed& elapsed) {
  const Measured measured(sessions, o.warmup);
  if (!o.latency_file.empty()) measured.write(o.latency_file);
  auto sum = [&](auto of) {
    uint64_t total = 0;
    for (const auto& session : sessions) total += uint64_t(of(*session));
    return total;
  };
  const uint64_t sent = sum([](const Session& s) { return s.next; });
  const uint64_t cancels = sum([](const Session& s) { return s.counts.cancels_sent; });
  const uint64_t reports = sum([](const Session& s) { return s.counts.reports; });
  auto per_second = [](double count, double seconds) { return seconds > 0 ? count / seconds : 0; };
  JsonObject latency, result;
  for (auto [name, share] : {std::pair{"min", 0.0}, {"p50", .5}, {"p90", .9}, {"p99", .99}, {"p999", .999}, {"max", 1.0}})
    latency.add(name, measured.percentile_us(share), 1);

  result.add("label", o.label);
  result.add("sessions", uint64_t(sessions.size()));
  result.add("window", uint64_t(o.window));
  result.add("rate", o.rate, 0);
  result.add("cross", o.cross, 2);
  result.add("cancel", o.cancel, 2);
  result.add("orders_sent", sent);
  result.add("orders_replied", sum([](const Session& s) { return s.answered; }));
  result.add("measured", uint64_t(measured.latencies_ns.size()));
  result.add("elapsed_s", measured.span_s, 4);
  result.add("orders_per_s", per_second(double(measured.latencies_ns.size()), measured.span_s), 0);
  result.add("msgs_in_per_s", per_second(double(sent + cancels), elapsed.wall_s), 0);
  result.add("exec_reports", reports);
  result.add("er_per_s", per_second(double(reports), elapsed.wall_s), 0);
  result.add("er_new", sum([](const Session& s) { return s.counts.by_new; }));
  result.add("er_partial", sum([](const Session& s) { return s.counts.by_partial; }));
  result.add("er_filled", sum([](const Session& s) { return s.counts.by_filled; }));
  result.add("er_canceled", sum([](const Session& s) { return s.counts.by_canceled; }));
  result.add("er_rejected", sum([](const Session& s) { return s.counts.by_rejected; }));
  result.add("session_rejects", sum([](const Session& s) { return s.counts.rejects; }));
  result.add("resend_requests", sum([](const Session& s) { return s.counts.resend_requests; }));
  result.add("cancels_sent", cancels);
  result.add("cancels_done", sum([](const Session& s) { return s.counts.cancels_done; }));
  result.add("cancel_rejects", sum([](const Session& s) { return s.counts.cancels_rejected; }));
  result.put("lat_us", latency.json());
  result.add("client_cpu_s", elapsed.cpu_s, 3);
  result.add("client_cpu_frac", per_second(elapsed.cpu_s, elapsed.wall_s), 3);
  result.add("rx_bytes", sum([](const Session& s) { return s.connection.received_bytes; }));
  result.add("tx_bytes", sum([](const Session& s) { return s.connection.sent_bytes; }));
  result.add("order_bytes", uint64_t(sessions[0]->order_bytes()));
  result.add("sessions_lost", sum([](const Session& s) { return s.connection.lost; }));
  result.add("timed_out", elapsed.timed_out);
  puts(result.json().c_str());
}
