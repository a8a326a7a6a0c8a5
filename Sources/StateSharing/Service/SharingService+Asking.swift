import Synchronization

/// Questions to the store, each answered into the core.
extension SharingService {
    func askInTurn(_ requests: AsyncStream<SharingCore.SentRequest>) async {
        for await request in requests { await ask(request) }
    }

    func askAtOnce(_ requests: AsyncStream<SharingCore.SentRequest>) async {
        await withDiscardingTaskGroup { group in
            for await request in requests { group.addTask { await self.ask(request) } }
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
        decide { core, now in core.replied(ticket: sent.ticket, result, sentAt: sentAt, at: now) }
        handOver()
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
        case .prune:
            let oldest = try await store.changes(after: 0, limit: 512).resources
            if !oldest.isEmpty { _ = try await store.prune(oldest) }
        case .leave(let member):
            try await store.leave(member: member)
        }
        return .done
    }

    private func ids(_ indices: [Int]) -> [ResourceID] {
        state.withLock { state in indices.map { state.core.resources[$0].id } }
    }
}
