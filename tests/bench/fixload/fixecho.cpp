// fixecho PORT: answers every NewOrderSingle with ExecutionReport(New) and every cancel with Canceled, on 127.0.0.1.
// No session state, no validation, no book: with fixload it shows what loopback TCP and the client can do here at most.
// Prints the port it listens on (PORT 0: a free one) and runs until it is killed.
#include <arpa/inet.h>
#include <sys/epoll.h>

#include <cstdlib>

#include "connection.h"

struct Client {
  Connection connection;
  unsigned seq_num = 1;
};

static int listen_on(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(uint16_t(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), length) || listen(listener, 64) ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length)) {
    perror("fixecho");
    exit(2);
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void watch(int epoll, int fd, Client* client) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = client;
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void accept_client(int epoll, int listener) {
  auto* client = new Client;
  client->connection.use(accept4(listener, nullptr, nullptr, SOCK_NONBLOCK));
  watch(epoll, client->connection.fd, client);
}

static void answer(Client& client, const Frame& frame) {
  static unsigned long exec_id = 0;
  std::string_view msg_type, cl_ord_id, orig_cl_ord_id, symbol, qty, side, sender, target;
  for_each_field(frame, [&](int tag, std::string_view value) {
    switch (tag) {
      case 35: msg_type = value; break;
      case 11: cl_ord_id = value; break;
      case 41: orig_cl_ord_id = value; break;
      case 55: symbol = value; break;
      case 38: qty = value; break;
      case 54: side = value; break;
      case 49: sender = value; break;
      case 56: target = value; break;
    }
  });
  Fields body;
  auto begin = [&](std::string_view type) -> Fields& {
    return body.add(35, type).add(34, std::to_string(client.seq_num++)).add(49, target).add(52, "20260101-00:00:00.000").add(56, sender);
  };
  if (msg_type == "A") {
    begin("A").add(98, "0").add(108, "30");
  } else if (msg_type == "5") {
    begin("5");
  } else if (msg_type == "D" || msg_type == "F") {
    const char* status = msg_type == "D" ? "0" : "4";
    begin("8").add(6, "0").add(11, cl_ord_id).add(14, "0").add(17, std::to_string(++exec_id)).add(37, cl_ord_id).add(38, qty).add(39, status);
    if (!orig_cl_ord_id.empty()) body.add(41, orig_cl_ord_id);
    body.add(54, side).add(55, symbol).add(150, status).add(151, msg_type == "D" ? qty : "0");
  }
  if (!body.text.empty()) client.connection.append(frame_message(frame.begin_string, body.text));
}

// False when the connection is over.
static bool serve(Client& client) {
  Connection& connection = client.connection;
  connection.receive([&](const Frame& frame) { answer(client, frame); });
  while (!connection.flush() && !connection.lost) usleep(50);
  return !connection.lost;
}

int main(int argc, char** argv) {
  const int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0), epoll = epoll_create1(0);
  watch(epoll, listener, nullptr);
  for (;;) {
    epoll_event events[64];
    const int ready = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < ready; ++i) {
      auto* client = static_cast<Client*>(events[i].data.ptr);
      if (!client) accept_client(epoll, listener);
      else if (!serve(*client)) delete client;
    }
  }
}
