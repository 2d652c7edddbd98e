// SPDX-License-Identifier: Apache-2.0
const { LiveClient } = require("./client.js");
const { viewOf } = require("./store.js");
const { questions, languageOf, textIn } = require("./texts.js");
const { detect, adapterFor } = require("./platform.js");

module.exports = { LiveClient, viewOf, questions, languageOf, textIn, detect, adapterFor };
