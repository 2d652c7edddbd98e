// SPDX-License-Identifier: Apache-2.0

extension Route {
    /// Everything the server answers, but for platform callbacks under `/hooks/`, which take any method.
    static let all: [Route] =
        HealthRoutes.all + MetricRoutes.all + PageRoutes.all + EditorRoutes.all + ClientRoutes.all + LiveRoutes.all
        + ConversationRoutes.all
        + MessageRoutes.all
        + MediaRoutes.all
        + CustomerRoutes.all + TicketRoutes.all + TeamRoutes.all + ChannelRoutes.all + EventRoutes.all + WebHookRoutes.all
        + AlertRoutes.all
        + RuleRoutes.all
        + RuleFileRoutes.all + RuleStatisticsRoutes.all + DecisionRoutes.all + TokenRoutes.all
}
