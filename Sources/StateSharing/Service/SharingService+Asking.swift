import StateMachines

/// Questions to the store, each answered into the core.
extension SharingService {
    /// Sends off what the core asks: proposals at once where the store can, everything else from a task.
    func send(_ requests: [SharingCore.SentRequest]) {
        for request in requests {
            if let immediate, case .commit(let proposals) = request.request {
                let sentAt = time.now
                immediate.commit(proposals.map(\.item)) { result in
                    let reply = result.map { SharingCore.Reply.commit($0) }
                    self.take { core, now in core.replied(ticket: request.ticket, reply, sentAt: sentAt, at: now) }
                }
            } else {
                questions.continuation.yield(request)
            }
        }
    }

    /// Asks what is to be asked from a task, until this one is cancelled.
    func ask() async {
        await withDiscardingTaskGroup { group in
            for await request in questions.stream { group.addTask { await self.ask(request) } }
            group.cancelAll()
        }
    }

    private func ask(_ sent: SharingCore.SentRequest) async {
        let sentAt = time.now
        let result: Result<SharingCore.Reply, StoreError>
        do throws(StoreError) {
            result = .success(try await answer(to: sent.request))
        } catch {
            result = .failure(error)
        }
        take { core, now in core.replied(ticket: sent.ticket, result, sentAt: sentAt, at: now) }
    }

    private func answer(to request: SharingCore.Request) async throws(StoreError) -> SharingCore.Reply {
        switch request {
        case .commit(let proposals):
            return .commit(try await store.commit(proposals.map(\.item)))
        case .read(let indices, _):
            return .read(try await store.read(ids(indices)))
        case .changes(let after, let limit):
            return .changes(try await store.changes(after: after, limit: limit))
        case .register(let indices):
            try await store.register(ids(indices))
        case .extend(let indices, let timeToLiveMs):
            try await store.extend(ids(indices), timeToLiveMs: timeToLiveMs)
        case .beat(let request):
            return .beat(try await store.beat(request))
        case .prune(let after):
            let page = try await store.changes(after: after, limit: 512)
            if !page.resources.isEmpty { _ = try await store.prune(page.resources) }
            return .changes(page)
        case .leave(let member):
            try await store.leave(member: member)
        }
        return .done
    }

    private func ids(_ indices: [Int]) -> [ResourceID] {
        state.withLock { state in indices.map { state.core.resources[$0].id } }
    }
}
