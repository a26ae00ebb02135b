// One FIX session of the load client: what it sends, and what it makes of each answer.
#pragma once
#include <netdb.h>

#include "connection.h"
#include "options.h"

constexpr int SEQ_WIDTH = 7, ID_WIDTH = 9, PRICE_WIDTH = 9;  // digits; leading zeros are legal FIX
constexpr size_t SEND_CHUNK = 1 << 16;                       // orders are written in chunks of about this size

enum class Cancel : uint8_t { NONE, PLANNED, SENT, DONE };

struct Order {
  uint64_t sent_ns = 0;  // in an open loop: when it should have been sent
  uint32_t latency_ns = 0;
  bool sent = false, answered = false;
  Cancel cancel = Cancel::NONE;
};

// Side and price of each order follow from its number, so that a cancel needs no memory of them.
struct Plan {
  bool buy, crossing;
  long price;
};

struct Counts {
  uint64_t reports = 0, by_new = 0, by_partial = 0, by_filled = 0, by_canceled = 0, by_rejected = 0;  // by OrdStatus
  uint64_t rejects = 0;  // Reject(3) and BusinessMessageReject(j)
  uint64_t cancels_sent = 0, cancels_done = 0, cancels_rejected = 0;
  uint64_t resend_requests = 0, other = 0;
};

class Session {
 public:
  Session(const Options& options, size_t index)
      : orders(size_t(options.orders + options.warmup)),
        options_(options),
        index_(index),
        sender_(options.senders[index]),
        random_((options.seed * 2654435761u + unsigned(index) * 40503u) | 1) {
    for (const auto& symbol : options.symbols) {
      enter_.push_back(order_template('D', symbol));
      cancel_.push_back(order_template('F', symbol));
    }
  }

  std::vector<Order> orders;
  Counts counts;
  Connection connection;
  bool logged_on = false;
  long next = 0, answered = 0;

  long total() const { return long(orders.size()); }
  bool is_done() const { return answered >= total() && cancels_open_ == 0 && cancel_next_ == cancel_queue_.size(); }
  size_t order_bytes() const { return enter_[0].text.size(); }

  void connect_to(const addrinfo* address) {
    const uint64_t start = now_ns();
    for (;;) {
      const int fd = socket(AF_INET, SOCK_STREAM, 0);
      if (::connect(fd, address->ai_addr, address->ai_addrlen) == 0) return connection.use(fd);
      if (now_ns() - start > 5'000'000'000u) die(std::string("connect: ") + strerror(errno));
      close(fd);
      usleep(50'000);
    }
  }

  void send_logon() {
    Fields fields;
    fields.add(98, "0").add(108, std::to_string(options_.heartbeat_s));
    if (options_.reset) fields.add(141, "Y");
    send_admin("A", fields.append(fields_from_option(options_.logon_extra)));
  }

  void send_logout() { send_admin("5", Fields()); }

  // Closed loop: as many orders as the window has room for, then the cancels that are due.
  void fill_window() {
    if (!flush()) return;
    while (options_.rate <= 0 && next < total() && in_flight_ < options_.window && connection.buffered_bytes() <= SEND_CHUNK) send_order(0);
    send_due_cancels();
    flush();
  }

  void send_order(uint64_t scheduled_ns) {
    const long number = next++;
    const Template& t = enter_[size_t(number / 2) % enter_.size()];
    const Plan plan = plan_of(number);
    const uint64_t now = now_ns();
    char* message = append(t, now, number, plan.buy);
    put_price(message + t.price, plan.price);
    put_checksum(message, t.text.size());
    remember(uint32_t(number));
    Order& order = orders[size_t(number)];
    order.sent_ns = scheduled_ns ? scheduled_ns : now;
    order.sent = true;
    ++in_flight_;
    if (!plan.crossing && options_.cancel > 0 && draw() < options_.cancel) {
      order.cancel = Cancel::PLANNED;
      cancel_queue_.push_back(uint32_t(number));
    }
  }

  bool flush() { return connection.flush(options_.batch_bytes); }

  // Read and judge everything the socket has; true if there was anything.
  bool receive() {
    return connection.receive([&](const Frame& frame) { judge(frame, connection.received_ns); });
  }

 private:
  const Options& options_;
  size_t index_;
  std::string sender_;
  uint32_t random_;
  UtcTime time_;
  uint32_t seq_num_ = 1;
  std::vector<Template> enter_, cancel_;  // one per symbol
  std::vector<uint32_t> sent_as_;  // MsgSeqNum -> order number, plus CANCEL_BIT for a cancel of it
  std::vector<uint32_t> cancel_queue_;
  size_t cancel_next_ = 0;
  long in_flight_ = 0, cancels_open_ = 0;

  static constexpr uint32_t NO_ORDER = 0xffffffffu, CANCEL_BIT = 0x80000000u;

  // ---- sending

  std::string id_prefix(char kind) const { return options_.id_prefix + kind + std::to_string(index_) + "-"; }

  Template order_template(char msg_type, const std::string& symbol) {
    const bool enter = msg_type == 'D';
    Template t;
    t.add(35, std::string(1, msg_type));
    t.seq_num = t.slot(34, "", SEQ_WIDTH);
    t.add(49, sender_);
    t.sending_time = t.slot(52, "", UtcTime::WIDTH);
    t.add(56, options_.target);
    if (!options_.account.empty()) t.add(1, options_.account);
    t.cl_ord_id = t.slot(11, id_prefix(enter ? 'O' : 'C'), ID_WIDTH);
    if (enter && options_.handl_inst) t.add(21, "1");
    t.add(38, options_.qty);
    if (enter) {
      t.add(40, "2");
      t.price = t.slot(44, "", PRICE_WIDTH + (options_.decimals ? 1 + size_t(options_.decimals) : 0));
    } else {
      t.orig_cl_ord_id = t.slot(41, id_prefix('O'), ID_WIDTH);
    }
    t.side = t.slot(54, "", 1);
    t.add(55, symbol);
    if (enter && !options_.time_in_force.empty()) t.add(59, options_.time_in_force);
    t.transact_time = t.slot(60, "", UtcTime::WIDTH);
    t.append(fields_from_option(options_.extra));
    t.frame(options_.begin);
    return t;
  }

  Plan plan_of(long number) const {
    uint32_t hash = uint32_t(number / 2) * 2654435761u ^ (uint32_t(index_) * 40503u + options_.seed * 977u);
    hash ^= hash >> 15;
    hash *= 2246822519u;
    hash ^= hash >> 13;
    const bool odd = number & 1;
    if ((hash & 0xffffff) / 16777216.0 < options_.cross) return {options_.cross_other ? bool(index_ & 1) : odd, true, options_.price};
    const long away = options_.spread + long(hash >> 24) % options_.levels;
    return {odd, false, odd ? options_.price - away : options_.price + away};
  }

  void put_price(char* at, long ticks) const {
    uint64_t unit = 1;
    for (int i = 0; i < options_.decimals; ++i) unit *= 10;
    put_digits(at, uint64_t(ticks) / unit, PRICE_WIDTH);
    if (!options_.decimals) return;
    at[PRICE_WIDTH] = '.';
    put_digits(at + PRICE_WIDTH + 1, uint64_t(ticks) % unit, options_.decimals);
  }

  char* append(const Template& t, uint64_t now, long number, bool buy) {
    char* message = connection.reserve(t.text.size());
    memcpy(message, t.text.data(), t.text.size());
    const char* time = time_.text(now);
    put_digits(message + t.seq_num, seq_num_, SEQ_WIDTH);
    memcpy(message + t.sending_time, time, UtcTime::WIDTH);
    memcpy(message + t.transact_time, time, UtcTime::WIDTH);
    put_digits(message + t.cl_ord_id, uint64_t(number), ID_WIDTH);
    message[t.side] = buy ? '1' : '2';
    return message;
  }

  void remember(uint32_t what) {
    if (sent_as_.size() <= seq_num_) sent_as_.resize(seq_num_ + 65536, NO_ORDER);
    sent_as_[seq_num_++] = what;
  }

  // A cancel goes out when its order was answered and `cancel_lag` further orders were sent.
  void send_due_cancels() {
    while (cancel_next_ < cancel_queue_.size() && cancels_open_ < std::max(1, options_.window)) {
      const uint32_t number = cancel_queue_[cancel_next_];
      const bool too_young = next - long(number) < options_.cancel_lag && next < total();
      if (!orders[number].answered || too_young) return;
      ++cancel_next_;
      const Template& t = cancel_[(number / 2) % cancel_.size()];
      char* message = append(t, now_ns(), number, plan_of(number).buy);
      put_digits(message + t.orig_cl_ord_id, number, ID_WIDTH);
      put_checksum(message, t.text.size());
      remember(CANCEL_BIT | number);
      orders[number].cancel = Cancel::SENT;
      ++counts.cancels_sent;
      ++cancels_open_;
    }
  }

  void send_admin(const char* msg_type, const Fields& fields) {
    send_as(seq_num_, msg_type, fields);
    remember(NO_ORDER);
  }

  void send_as(uint32_t seq_num, const char* msg_type, const Fields& fields) {
    const std::string_view time(time_.text(now_ns()), UtcTime::WIDTH);
    Fields body;
    body.add(35, msg_type).add(34, std::to_string(seq_num)).add(49, sender_).add(52, time).add(56, options_.target).append(fields.text);
    connection.append(frame_message(options_.begin, body.text));
    flush();
  }

  double draw() {  // xorshift32
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return random_ / 4294967296.0;
  }

  // ---- receiving

  void judge(const Frame& frame, uint64_t now) {
    const std::string_view msg_type = find_msg_type(frame);
    switch (msg_type.size() == 1 ? msg_type[0] : 0) {
      case '8': return judge_report(frame, now);
      case '9': return judge_cancel_reject(frame);
      case '3':
      case 'j': return judge_reject(frame, now);
      case 'A': logged_on = true; return;
      case '0': return;
      case '1': return send_admin("0", Fields().add(112, find_field(frame, 112)));
      case '2': return fill_gap(frame);
      case '5':
        fprintf(stderr, "fixload: session %s was logged out: %s\n", sender_.c_str(), std::string(find_field(frame, 58)).c_str());
        connection.lost = true;
        return;
      default: ++counts.other;
    }
  }

  static std::string_view find_msg_type(const Frame& frame) {  // always the first field of the body
    auto soh = static_cast<const char*>(memchr(frame.body, SOH, size_t(frame.body_end - frame.body)));
    return soh ? std::string_view(frame.body + 3, size_t(soh - frame.body - 3)) : std::string_view();
  }

  void judge_report(const Frame& frame, uint64_t now) {
    std::string_view cl_ord_id, orig_cl_ord_id, text;
    char ord_status = 0;
    for_each_field(frame, [&](int tag, std::string_view value) {
      if (tag == 11) cl_ord_id = value;
      else if (tag == 41) orig_cl_ord_id = value;
      else if (tag == 39 && !value.empty()) ord_status = value[0];
      else if (tag == 58) text = value;
    });
    ++counts.reports;
    count_status(ord_status, text);
    char kind;
    uint32_t number;
    if (parse_id(cl_ord_id, kind, number) && kind == 'O') {
      answer(number, now);
      if (ord_status == '4') finish_cancel(number);
    } else if (ord_status == '4' && (parse_id(orig_cl_ord_id, kind, number) || parse_id(cl_ord_id, kind, number))) {
      finish_cancel(number);
    }
  }

  void count_status(char ord_status, std::string_view text) {
    switch (ord_status) {
      case '0': ++counts.by_new; break;
      case '1': ++counts.by_partial; break;
      case '2': ++counts.by_filled; break;
      case '4': ++counts.by_canceled; break;
      case '8':
        ++counts.by_rejected;
        tell("ExecutionReport", text);
    }
  }

  void judge_cancel_reject(const Frame& frame) {
    char kind;
    uint32_t number;
    ++counts.cancels_rejected;
    tell("OrderCancelReject", find_field(frame, 58));
    if (parse_id(find_field(frame, 11), kind, number)) finish_cancel(number);
  }

  void judge_reject(const Frame& frame, uint64_t now) {
    ++counts.rejects;
    tell("Reject", find_field(frame, 58));
    const size_t ref_seq_num = size_t(atol(std::string(find_field(frame, 45)).c_str()));
    if (ref_seq_num >= sent_as_.size() || sent_as_[ref_seq_num] == NO_ORDER) return;
    const uint32_t what = sent_as_[ref_seq_num];
    if (what & CANCEL_BIT) finish_cancel(what & ~CANCEL_BIT);
    else answer(what, now);
  }

  // Answer a ResendRequest(2) with one gap fill: a load client has nothing worth sending again.
  void fill_gap(const Frame& frame) {
    ++counts.resend_requests;
    const std::string begin_seq_no(find_field(frame, 7));
    fprintf(stderr, "fixload: session %s: ResendRequest from %s\n", sender_.c_str(), begin_seq_no.c_str());
    send_as(uint32_t(atol(begin_seq_no.c_str())), "4", Fields().add(43, "Y").add(123, "Y").add(36, std::to_string(seq_num_)));
  }

  void answer(uint32_t number, uint64_t now) {
    Order& order = orders[number];
    if (!order.sent || order.answered) return;
    order.answered = true;
    order.latency_ns = uint32_t(std::min<uint64_t>(now - order.sent_ns, UINT32_MAX));
    --in_flight_;
    ++answered;
  }

  void finish_cancel(uint32_t number) {
    if (orders[number].cancel != Cancel::SENT) return;
    orders[number].cancel = Cancel::DONE;
    ++counts.cancels_done;
    --cancels_open_;
  }

  // PREFIX + O or C + session + '-' + digits; false when it is none of ours.
  bool parse_id(std::string_view id, char& kind, uint32_t& number) const {
    if (id.size() < options_.id_prefix.size() + 4 || memcmp(id.data(), options_.id_prefix.data(), options_.id_prefix.size()) != 0) return false;
    const char *at = id.data() + options_.id_prefix.size(), *end = id.data() + id.size();
    kind = *at++;
    if (kind != 'O' && kind != 'C') return false;
    size_t session = 0;
    while (at < end && *at != '-') session = session * 10 + size_t(*at++ - '0');
    if (at == end || session != index_) return false;
    number = 0;
    for (++at; at < end; ++at) {
      if (*at < '0' || *at > '9') return false;
      number = number * 10 + uint32_t(*at - '0');
    }
    return number < orders.size();
  }

  void tell(const char* what, std::string_view text) const {
    if (counts.by_rejected + counts.rejects + counts.cancels_rejected > uint64_t(options_.verbose)) return;
    fprintf(stderr, "fixload: session %s: %s: %.*s\n", sender_.c_str(), what, int(text.size()), text.data());
  }
};
