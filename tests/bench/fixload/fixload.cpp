// fixload: a raw-socket FIX 4.x order-entry load client. One thread, no FIX library; README.md lists the options.
//
//   connect and log on every session -> loop: send what window or rate allow, read answers -> drain -> log out -> JSON
//
//   wire.h     bytes: templates, checksums, framing        options.h  the command line
//   session.h  one session: sending, judging answers       result.h   what is printed
#include <sys/epoll.h>
#include <sys/prctl.h>

#include "result.h"

using Sessions = std::vector<std::unique_ptr<Session>>;

class LoadRun {
 public:
  explicit LoadRun(const Options& options) : options_(options), epoll_(epoll_create1(0)) {
    for (size_t i = 0; i < options.senders.size(); ++i) sessions_.push_back(std::make_unique<Session>(options, i));
  }

  int run() {
    log_on();
    const Stopwatch stopwatch;
    const bool timed_out = options_.rate > 0 ? !run_open_loop() : !run_closed_loop();
    const Elapsed elapsed = stopwatch.stop(timed_out);
    drain();
    print_result(options_, sessions_, elapsed);  // before the logout, which counts as a loss
    log_out();
    return timed_out || any_lost_ ? 1 : 0;
  }

 private:
  const Options& options_;
  Sessions sessions_;
  int epoll_;
  uint64_t start_ns_ = 0, last_progress_ns_ = 0;
  bool any_lost_ = false;

  void log_on() {
    addrinfo hints{}, *address;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(options_.host.c_str(), std::to_string(options_.port).c_str(), &hints, &address)) die("cannot resolve " + options_.host);
    for (uint32_t i = 0; i < sessions_.size(); ++i) {
      sessions_[i]->connect_to(address);
      sessions_[i]->send_logon();
      watch(EPOLL_CTL_ADD, i, EPOLLIN);
    }
    freeaddrinfo(address);
    for (const uint64_t start = now_ns(); !all_of([](Session& s) { return s.logged_on; }); usleep(1000)) {
      for (size_t i = 0; i < sessions_.size(); ++i) {
        sessions_[i]->receive();
        if (sessions_[i]->connection.lost && !sessions_[i]->logged_on) die("session " + options_.senders[i] + " was refused: disconnected during logon");
      }
      if (now_ns() - start > 10'000'000'000u) die("no answer to a Logon within 10 s");
    }
  }

  // A window of orders in flight per session: the next one goes out when one is answered.
  bool run_closed_loop() {
    start_ns_ = last_progress_ns_ = now_ns();
    for (auto& session : sessions_) session->fill_window();
    while (!is_finished()) {
      const bool any = options_.spin ? poll_all() : wait_and_serve();
      if (is_overdue(any)) return false;
    }
    return true;
  }

  // Orders leave on schedule whatever comes back; latency counts from the schedule, so a stall is seen in full.
  bool run_open_loop() {
    prctl(PR_SET_TIMERSLACK, 1);  // nanosecond: orders leave when they are due
    start_ns_ = last_progress_ns_ = now_ns();
    const double interval_ns = 1e9 / options_.rate;
    const long planned = long(sessions_.size()) * sessions_[0]->total();
    for (long scheduled = 0; !is_finished();) {
      auto due_ns = [&] { return start_ns_ + uint64_t(double(scheduled) * interval_ns); };
      for (const uint64_t now = now_ns(); scheduled < planned && due_ns() <= now; ++scheduled) {
        Session& session = *sessions_[size_t(scheduled) % sessions_.size()];
        if (!session.connection.lost) session.send_order(due_ns());
      }
      const bool any = poll_all();
      if (is_overdue(any)) return false;
      if (options_.spin || any) continue;
      // Asleep until an answer comes or the next order is due: one that spins takes a processor from the venue.
      const uint64_t now = now_ns(), until = scheduled < planned ? due_ns() : now + 10'000'000;
      const timespec wait{0, long(std::min<uint64_t>(until > now ? until - now : 0, 999'999'999))};
      epoll_event events[64];
      epoll_pwait2(epoll_, events, 64, &wait, nullptr);
    }
    return true;
  }

  bool poll_all() {
    bool any = false;
    for (auto& session : sessions_) any |= serve(*session);
    return any;
  }

  bool wait_and_serve() {
    for (uint32_t i = 0; i < sessions_.size(); ++i)
      if (sessions_[i]->connection.has_unsent_bytes()) watch(EPOLL_CTL_MOD, i, EPOLLIN | EPOLLOUT);
    epoll_event events[64];
    const int ready = epoll_wait(epoll_, events, 64, 200);
    bool any = false;
    for (int i = 0; i < ready; ++i) {
      const uint32_t index = events[i].data.u32;
      if (events[i].events & EPOLLOUT) watch(EPOLL_CTL_MOD, index, EPOLLIN);
      if (sessions_[index]->connection.lost) epoll_ctl(epoll_, EPOLL_CTL_DEL, sessions_[index]->connection.fd, nullptr);
      else any |= serve(*sessions_[index]);
    }
    return any;
  }

  static bool serve(Session& session) {
    if (session.connection.lost) return false;
    const bool any = session.receive();
    if (!session.connection.lost) session.fill_window();
    return any;
  }

  void watch(int operation, uint32_t index, uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.u32 = index;
    epoll_ctl(epoll_, operation, sessions_[index]->connection.fd, &event);
  }

  bool is_finished() {
    return all_of([](Session& s) { return s.connection.lost || s.is_done(); });
  }

  bool is_overdue(bool any_progress) {
    const uint64_t now = now_ns();
    if (any_progress) last_progress_ns_ = now;
    return now - last_progress_ns_ > uint64_t(options_.reply_timeout_s) * 1'000'000'000u ||
           now - start_ns_ > uint64_t(options_.timeout_s) * 1'000'000'000u;
  }

  // Collect what still trails in (the fills of the last orders), until it was quiet for drain_ms.
  void drain() {
    for (uint64_t quiet_since = now_ns(); now_ns() - quiet_since < uint64_t(options_.drain_ms) * 1'000'000u;) {
      bool any = false;
      for (auto& session : sessions_) any |= !session->connection.lost && session->receive();
      if (any) quiet_since = now_ns();
      else usleep(1000);
    }
    for (auto& session : sessions_) any_lost_ |= session->connection.lost;
  }

  void log_out() {
    for (auto& session : sessions_)
      if (!session->connection.lost) session->send_logout();
    usleep(20'000);
    close(epoll_);
  }

  template <class Test>
  bool all_of(Test test) {
    for (auto& session : sessions_)
      if (!test(*session)) return false;
    return true;
  }
};

int main(int argc, char** argv) {
  Options options = parse_options(argc, argv);
  if (options.id_prefix.empty()) {  // unique per run
    char text[20];
    snprintf(text, sizeof text, "%lx", static_cast<unsigned long>(time(nullptr) & 0xffffff));
    options.id_prefix = text;
  }
  return LoadRun(options).run();
}
