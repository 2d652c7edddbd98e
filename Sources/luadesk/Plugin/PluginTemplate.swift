// SPDX-License-Identifier: Apache-2.0

/// What `luadesk plugin new` writes: a channel that works, with its test.
enum PluginTemplate {
    /// Path below the plugin's folder, and text.
    static func files(name: String) -> [(String, String)] {
        [("plugin.lua", code(name)), ("tests/messages.lua", tests), ("README.md", readme(name))]
    }

    private static func code(_ name: String) -> String {
        """
        -- A channel: JSON in, signed with HMAC-SHA256; JSON out. Change it into yours, one function at a time.
        local function receive(request, channel)
          local signature = request.headers["x-signature"] or ""
          local expected = crypto.hex(crypto.hmac("sha256", channel.settings.secret, request.body))
          if not crypto.equal(signature, expected) then return refuse(401, "signature") end
          local body = json.decode(request.body)
          if type(body) ~= "table" or not body.id or not body.from then return refuse(400, "fields") end
          return accept({
            { sender = body.from, external_id = tostring(body.id), kind = "text", text = body.text or "" },
          }, { body = "ok" })
        end

        local function send(message, channel)
          local answer, why = http.request {
            method = "POST", url = channel.settings.api_base .. "/messages",
            json = { to = message.recipient, text = message.text },
          }
          if not answer then return { outcome = "retry", reason = why } end
          if answer.status >= 500 then return { outcome = "retry", reason = "status " .. answer.status } end
          if answer.status >= 400 then return { outcome = "failed", reason = "status " .. answer.status } end
          return { outcome = "sent" }
        end

        return plugin {
          name = "\(name)",
          kind = "channel",
          version = "0.1.0",
          title = "\(name)",
          settings = {
            { name = "secret", required = true, secret = true, help = "what the platform signs with" },
            { name = "api_base", type = "url", default = "https://api.example.com", help = "where messages go" },
          },
          hosts = { "setting:api_base" },
          receive = receive,
          send = send,
        }

        """
    }

    private static let tests = """
        -- Run with: luadesk plugin test
        local SETTINGS = { secret = "s3cret" }

        test("a signed message is taken", function(t)
          local channel = t.channel(SETTINGS)
          local body = json.encode { id = 1, from = "ann", text = "hello" }
          local signature = crypto.hex(crypto.hmac("sha256", "s3cret", body))
          local taken = t.receive({ method = "POST", headers = { ["x-signature"] = signature }, body = body }, channel)
          t.equal(taken.messages[1].text, "hello")
        end)

        test("an unsigned one is refused", function(t)
          local refused = t.receive({ method = "POST", headers = {}, body = "{}" }, t.channel(SETTINGS))
          t.equal(refused.status, 401)
        end)

        test("a text goes out", function(t)
          t.platform { path = "/messages", json = { ok = true } }
          t.equal(t.send({ text = "hi" }, t.channel(SETTINGS)).outcome, "sent")
          t.equal(t.requests()[1].json.text, "hi")
        end)

        """

    private static func readme(_ name: String) -> String {
        """
        # \(name)

        What it connects, and what has to be set on the platform's side. In the desk's configuration:

            channels:
              - id: my-\(name)
                plugin: \(name)
                settings: { secret: env:\(EnvironmentOverlay.word(name))_SECRET, api_base: "https://api.example.com" }

        The platform sends to `/hooks/my-\(name)`. Try it offline with `luadesk plugin test \(name)`; plugins/README.md explains the rest.

        """
    }
}
