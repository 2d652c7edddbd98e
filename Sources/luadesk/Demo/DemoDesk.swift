// SPDX-License-Identifier: Apache-2.0

/// The desk that `luadesk demo` serves: a shop with a web chat, a WeChat mini program, four teams and five people.
enum DemoDesk {
    /// The data folder unless --data says otherwise.
    static let folder = "demo-data"

    /// What the simulated platform and the demo's channel share. Of no use anywhere else.
    static let appID = "wx00d3305e5c00de00"
    static let token = "luadeskdemo"
    static let encodingAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

    /// - Parameter wechat: where messages to WeChat go.
    static func configuration(wechat: String) -> String {
        """
        # The demo's configuration, as 'luadesk serve' takes it too.
        server: { host: 127.0.0.1, port: 8080 }
        channels:
          - id: web
            plugin: live
            settings:
              trust_identity: true
              faq:
                zh-CN: [无线耳机多少钱？, 什么时候发货？, 我要退货, 人工]
                en: [How much are the headphones?, When will it ship?, I want to return an item, Talk to a person]
          - id: shop-wechat
            plugin: wechat-miniprogram
            settings:
              app_id: \(appID)
              app_secret: "0000000000000000000000000000demo"
              token: \(token)
              encoding_aes_key: \(encodingAESKey)
              mode: secure
              api_base: \(wechat)
        teams:
          - { id: service, name: 客服 Service, strategy: least_loaded }
          - { id: after_sales, name: 售后 After sales, strategy: round_robin }
          - { id: premium, name: 贵宾 Premium, strategy: sticky }
          - { id: complaints, name: 投诉 Complaints, strategy: longest_idle }
        agents:
          - { name: 林小雨, role: agent, teams: [service, after_sales, premium], skills: [zh, en], capacity: 8 }
          - { name: 陈明, role: agent, teams: [service, complaints], skills: [zh], capacity: 5 }
          - { name: Alex Wu, role: agent, teams: [after_sales, complaints], skills: [en], capacity: 5 }
          - { name: 王经理, role: lead, teams: [service, after_sales, premium, complaints], capacity: 3 }
        routing: { fallback_team: service, reopen_within: 24h }
        """
    }

    /// The teams that the shipped rules name; a configuration without teams gets these.
    static let teams = [
        ("service", "客服 Service"), ("after_sales", "售后 After sales"), ("premium", "贵宾 Premium"), ("complaints", "投诉 Complaints"),
    ]

    /// Whose tokens the demo prints: an agent and the lead.
    static let people = ["林小雨", "王经理"]
}
