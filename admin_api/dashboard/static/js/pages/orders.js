// The blotter, live and from the history; or, with an order in the address, that order from its entry to its end.

import { byId } from "../dom.js";
import { showBlotter } from "../parts/orders_blotter.js";
import { showOrder } from "../parts/order_life.js";

const orderId = location.pathname.split("/")[2];

byId(orderId ? "blotter" : "one").remove();
if (orderId) {
  byId("one").hidden = false;
  showOrder(decodeURIComponent(orderId));
} else showBlotter();
