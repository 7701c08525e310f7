"""Ten answers of a sound candidate in the fraud case, of about eighty words each."""

TEN_ANSWERS = [
    "The business wants as little net loss as possible: fraud that gets through plus good orders "
    "that we turn away. So one prediction is made for each payment attempt, its input is what we "
    "know at that moment, and its output is a probability of fraud. The product then approves, "
    "asks for verification, holds the order for an analyst, or declines. I leave account takeover "
    "and merchant fraud out of scope today, because they have other labels and other actions.",
    "The label comes from chargebacks and from shops that report fraud. Half of them arrive within "
    "weeks and nearly all within four months, so I would only treat a payment as good once it is "
    "older than that. For the newest months I use the analysts' decisions as a proxy and correct "
    "for the ones that have not arrived yet with the delay curve of last year. Disputes that the "
    "shop wins are taken out of the positives.",
    "Payments that we decline have no label, and the model would learn only from what its "
    "predecessor let through. I would let half a percent of the declined ones pass at random, with "
    "a cap on the amount, and weight them by the inverse of that rate. It costs some fraud, which "
    "I would budget for, and it is the only way to see who is missing from the logs.",
    "My three strongest inputs would be the number of distinct cards seen on the same device in "
    "the last 24 hours, the amount against the card's own mean over 30 days, and the distance "
    "between the delivery address and the address of the card. All are computed from one stream "
    "by the same code for training and serving, and logged as they were at decision time, so that "
    "nothing from after the payment can leak in.",
    "I would start with logistic regression on twenty features, because it is fast to explain and "
    "gives us a floor within a week. Then gradient boosting, which handles missing values and "
    "interactions and still answers in under five milliseconds. A sequence network over the card's "
    "history may come third, if the error analysis shows that we miss slow attacks. For the loss I "
    "take weighted log loss, because we need probabilities and not only an order.",
    "Offline I look at recall of fraud value at a fixed share of good payments blocked, one in a "
    "thousand, and never at accuracy, which is 99.9 percent for doing nothing. The split is by "
    "time: train until March, leave a gap of four months for labels, test on the weeks after. I "
    "look at new shops, small shops and each country separately, and I compare with the current "
    "rules using a bootstrap over shops for the interval.",
    "One request: the checkout calls us, we look up the card, device and shop features by key, "
    "join them with the payment, score, and apply the rules and thresholds. Of a hundred "
    "milliseconds I give twenty to the network, thirty to the lookups, ten to the model and keep "
    "the rest as slack. If a lookup times out we score with defaults and a stricter rule for large "
    "amounts, so that the shop always gets an answer.",
    "At four hundred payments a second at peak and two kilobytes of features each, that is less "
    "than one megabyte a second, so a handful of machines does it and the model is not the "
    "problem. What breaks first is the feature lookup, because one large shop in a sale makes one "
    "hot key. I would keep its counters in a local copy for a second, which makes them a little "
    "stale, and shed load by skipping the slowest features.",
    "We release in shadow first, comparing scores on live traffic for a week, then one percent of "
    "the shops, then ten. A rise in the decline rate by a fifth or in timeouts over one in a "
    "thousand rolls it back automatically to the last model, which is kept warm. We watch the "
    "score distribution by day with PSI, alert the fraud analyst on call above 0.2, and check "
    "reviewed orders daily, because chargebacks come too late for that.",
    "Between boosting and the network I choose boosting. We give up some recall on slow attacks "
    "that only a history shows. If those were more than a tenth of the loss in the monthly review, "
    "I would switch, and accept the higher cost for serving. I have not run such a network at this "
    "latency myself, so I would first measure it in shadow. With the time left I would rather talk "
    "about appeals of wrongly declined customers.",
]
