// What each order type needs and may have: the table of the API's OrderTerms, as fields of the ticket.

const QUANTITY = ["quantity"];

export const ORDER_TYPES = {
  limit: { name: "Limit", needs: [...QUANTITY, "price"], may: ["display_quantity", "min_quantity"], lives: "long" },
  market: { name: "Market", needs: ["quantity_or_cash"], may: ["min_quantity"], lives: "market" },
  post_only: { name: "Post-only", needs: [...QUANTITY, "price"], may: ["display_quantity"], lives: "resting" },
  iceberg: { name: "Iceberg", needs: [...QUANTITY, "price", "display_quantity"], may: ["min_quantity"], lives: "long" },
  ioc: { name: "IOC limit", needs: [...QUANTITY, "price"], may: ["min_quantity"], lives: "" },
  fok: { name: "FOK limit", needs: [...QUANTITY, "price"], may: [], lives: "" },
  stop_loss: { name: "Stop loss", needs: [...QUANTITY, "stop_price"], may: ["trigger"], lives: "resting" },
  stop_limit: {
    name: "Stop-limit",
    needs: [...QUANTITY, "stop_price", "price"],
    may: ["trigger", "display_quantity"],
    lives: "resting",
  },
  take_profit: { name: "Take profit", needs: [...QUANTITY, "stop_price"], may: ["trigger"], lives: "resting" },
  take_profit_limit: {
    name: "Take-profit-limit",
    needs: [...QUANTITY, "stop_price", "price"],
    may: ["trigger", "display_quantity"],
    lives: "resting",
  },
  trailing_stop: { name: "Trailing stop", needs: [...QUANTITY, "trail"], may: [], lives: "resting" },
};

/** Times in force by `lives`; none: the type says it itself. */
export const LIVES = {
  long: [
    ["gtc", "GTC"],
    ["day", "Day"],
    ["gtd", "GTD"],
    ["ioc", "IOC"],
    ["fok", "FOK"],
  ],
  resting: [
    ["gtc", "GTC"],
    ["day", "Day"],
    ["gtd", "GTD"],
  ],
  market: [
    ["ioc", "IOC"],
    ["fok", "FOK"],
  ],
  "": [],
};

export const LISTS = {
  "": { name: "None" },
  bracket: { name: "Bracket", exits: ["stop", "profit"] },
  oto: { name: "OTO, a stop", exits: ["stop"] },
  oco: { name: "OCO, a stop", exits: ["stop"] },
};
