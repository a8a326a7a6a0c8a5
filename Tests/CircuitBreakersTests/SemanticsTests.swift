import CircuitBreakers
import ResilienceTestKit
import Testing

/// One test for each rule of the breaker's semantics, named for its section; each is a small trace.
struct SemanticsTests {
    /// Replays steps with a configuration, both as a trace file writes them.
    func replay(
        _ configuration: String,
        _ steps: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let trace = try Trace(json: #"{"id":"t","about":"","seed":1,"config":{\#(configuration)},"steps":[\#(steps)]}"#)
        #expect(try TraceRunner.run(trace).description == "ok t", sourceLocation: sourceLocation)
    }

    static let two = #""window":{"kind":"count","size":2},"openMs":1000,"halfOpenMs":400,"probes":2"#
    static let trip = #"{"call":"failure","times":2}"#
    static let probing = trip + #",{"advance":1000},{"poll":true},{"expect":{"state":"HALF_OPEN"}}"#

    // MARK: Section 1

    @Test func `section 1: the minimum of calls is 20, in a count window at most its size`() throws {
        try replay(#""failureRateBp":10000"#, #"{"call":"failure","times":19},{"expect":{"state":"CLOSED"}}"#)
        try replay("", #"{"call":"failure","times":20},{"expect":{"state":"OPEN"}}"#)
        try replay(
            #""window":{"kind":"count","size":3}"#,
            #"{"call":"failure","times":2},{"expect":{"state":"CLOSED"}},{"call":"failure"},{"expect":{"state":"OPEN"}}"#
        )
    }

    @Test func `section 1: the back-off is rounded down at every step and capped`() throws {
        // 7 · 1.5 = 10.5 → 10, · 1.5 = 15, · 1.5 = 22.5 → 22, capped at 30.
        let probe = { (ms: Int) in
            #"{"advance":1000},{"call":"failure"},{"expect":{"state":"OPEN","retryAfterMs":\#(ms)}}"#
        }
        try replay(
            #""window":{"kind":"count","size":1},"openMs":7,"backoffFactor":1.5,"maxOpenMs":30,"probes":1"#,
            #"{"call":"failure"},{"expect":{"retryAfterMs":7}},"#
                + [10, 15, 22, 30, 30].map(probe).joined(separator: ",")
        )
    }

    @Test func `section 1: the defaults of maxOpenMs and halfOpenMs follow openMs and slowCallMs`() throws {
        let long = #"{"advance":70000},{"call":"failure"},{"expect":{"retryAfterMs":60000}}"#
        try replay(
            #""window":{"kind":"count","size":1},"openMs":40000,"backoffFactor":2,"probes":1"#,
            #"{"call":"failure"},"# + long
        )
        for (configuration, halfOpenMs) in [
            (#""openMs":10"#, 1000), (#""openMs":3000"#, 3000), (#""openMs":10,"slowCallMs":900"#, 1800),
        ] {
            try replay(
                #""window":{"kind":"count","size":1},"probes":1,\#(configuration)"#,
                """
                {"call":"failure"},{"advance":5000},{"begin":"p"},{"advance":\(halfOpenMs - 1)},{"poll":true},
                {"expect":{"state":"HALF_OPEN"}},{"advance":1},{"poll":true},{"expect":{"reason":"halfOpenTimeout"}}
                """
            )
        }
    }

    @Test func `section 1: jitter stays within its bounds, is drawn once a period and may pass the cap`() throws {
        var seen: Set<Int64> = []
        for seed in 0..<60 {
            let trace = try Trace(
                json: """
                    {"id":"t","about":"","seed":\(seed),"steps":[{"call":"failure"}],
                    "config":{"window":{"kind":"count","size":1},"openMs":1000,"maxOpenMs":1000,"jitterBp":500}}
                    """
            )
            let breaker = try CircuitBreaker(
                "t",
                configuration: trace.configuration,
                clock: ManualClock().breakerClock,
                random: .seeded(UInt64(seed)),
                logger: CircuitBreaker.silentLogger
            )
            breaker.tryAcquire()?.fail()
            let left = try #require(breaker.snapshot().retryAfterMs)
            #expect((950...1050).contains(left))
            #expect(breaker.snapshot().retryAfterMs == left)
            seen.insert(left)
        }
        #expect(seen.contains { $0 > 1000 })
        #expect(seen.contains { $0 < 1000 })
        try replay(
            #""window":{"kind":"count","size":1},"jitterBp":5000"#,
            #"{"admin":"open","ms":77},{"expect":{"retryAfterMs":77}}"#
        )
    }

    // MARK: Section 2

    @Test func `section 2: an ignored or refused event changes nothing at all`() throws {
        try replay(
            Self.two,
            #"{"call":"failure"},{"admin":"close"},{"expect":{"total":1,"consecutiveFailures":1}},{"events":[]}"#
        )
        try replay(
            Self.two,
            """
            {"admin":"forceOpen"},{"events":[{"from":"CLOSED","to":"FORCED_OPEN","event":"forceOpen"}]},
            {"admin":"open","ms":0,"expect":"refused"},{"admin":"close","expect":"refused"},{"admin":"forceOpen"},
            {"events":[]},{"expect":{"state":"FORCED_OPEN"}}
            """
        )
    }

    @Test func `section 2: a re-entry is a new generation and has its event`() throws {
        try replay(
            Self.two,
            """
            {"begin":"p"},{"call":"failure"},{"admin":"reset"},{"expect":{"state":"CLOSED","total":0,"inFlight":0}},
            {"end":"p","outcome":"failure"},{"expect":{"lateResults":1,"total":0}},
            {"events":[{"from":"CLOSED","to":"CLOSED","event":"reset"}]}
            """
        )
    }

    @Test func `section 2: a given duration of open is taken as it is, 0 too`() throws {
        try replay(
            Self.two + #","maxOpenMs":1000"#,
            """
            {"admin":"open","ms":0},{"expect":{"state":"OPEN","retryAfterMs":0,"probeEligible":true}},
            {"admin":"open","ms":99999},{"expect":{"retryAfterMs":99999}},
            {"admin":"open"},{"expect":{"retryAfterMs":1000}}
            """
        )
    }

    // MARK: Section 3

    @Test func `section 3: transitions of time come first, two at most`() throws {
        try replay(
            #""window":{"kind":"count","size":1},"openMs":0,"halfOpenMs":400,"probes":1"#,
            """
            {"call":"failure"},{"expect":{"state":"OPEN","retryAfterMs":0}},{"begin":"p"},{"advance":400},
            {"begin":"q"},{"expect":{"state":"HALF_OPEN","attempts":2,"inFlight":1,"reason":"halfOpenTimeout"}},
            {"events":[{"from":"CLOSED","to":"OPEN","event":"trip"},
            {"from":"OPEN","to":"HALF_OPEN","event":"cooldownElapsed"},
            {"from":"HALF_OPEN","to":"OPEN","event":"probesFailed"},
            {"from":"OPEN","to":"HALF_OPEN","event":"cooldownElapsed"}]}
            """
        )
    }

    @Test func `section 3: a trip with openMs 0 stays OPEN until the next call`() throws {
        try replay(
            #""window":{"kind":"count","size":1},"openMs":0,"probes":1"#,
            """
            {"call":"failure"},{"expect":{"state":"OPEN","probeEligible":true}},{"advance":50},
            {"expect":{"state":"OPEN"}},{"begin":"p"},{"expect":{"state":"HALF_OPEN"}}
            """
        )
    }

    @Test func `section 3: a late outcome, an operator's event and a reconfiguration fire no transition of time`()
        throws
    {
        try replay(
            Self.two,
            """
            {"begin":"old"},\(Self.trip),{"advance":5000},{"end":"old","outcome":"success"},{"expect":{"state":"OPEN"}},
            {"reconfigure":{\(Self.two)}},{"expect":{"state":"OPEN","probeEligible":true}},
            {"admin":"open","ms":10},
            {"events":[{"from":"CLOSED","to":"OPEN","event":"trip"},{"from":"OPEN","to":"OPEN","event":"open"}]}
            """
        )
    }

    @Test func `section 3: reading never raises the latest time, and neither does a refusal or an admission in CLOSED`()
        throws
    {
        try replay(
            #""window":{"kind":"time","ms":100,"buckets":1},"minimumCalls":9,"openMs":1000"#,
            """
            {"call":"success"},{"advance":100},{"expect":{"total":0}},{"begin":"p"},{"advance":-100},
            {"expect":{"total":1}},{"end":"p","outcome":"success"},{"expect":{"total":2}}
            """
        )
        try replay(
            Self.two,
            """
            \(Self.trip),{"advance":900},{"call":"success","expect":"rejected:OPEN"},{"advance":-900},
            {"expect":{"retryAfterMs":1000}},{"advance":500},{"poll":true},{"advance":-500},{"expect":{"retryAfterMs":500}}
            """
        )
    }

    @Test func `section 3: no duration is negative`() throws {
        try replay(
            #""window":{"kind":"count","size":2},"slowCallMs":0"#,
            #"{"advance":1000},{"begin":"p"},{"advance":-500},{"end":"p","outcome":"success"},{"expect":{"slow":0,"total":1}}"#
        )
    }

    // MARK: Section 4

    @Test func `section 4: only a probe admitted or settled moves the half-open deadline`() throws {
        for step in [
            #"{"call":"success","expect":"rejected:HALF_OPEN"}"#, #"{"poll":true}"#,
            #"{"end":"old","outcome":"success"}"#, #"{"reconfigure":{\#(Self.two)}}"#, #"{"expect":{"inFlight":2}}"#,
        ] {
            try replay(
                Self.two,
                """
                {"begin":"old"},\(Self.probing),{"begin":"p"},{"begin":"q"},{"advance":399},\(step),{"advance":1},
                {"poll":true},{"expect":{"state":"OPEN","reason":"halfOpenTimeout"}}
                """
            )
        }
        for step in [#"{"end":"q","outcome":"success"}"#, #"{"end":"q","outcome":"ignored"}"#, #"{"drop":"q"}"#] {
            try replay(
                Self.two + #","failureRateBp":1"#,
                """
                \(Self.probing),{"begin":"p"},{"begin":"q"},{"advance":399},\(step),{"advance":399},{"poll":true},
                {"expect":{"state":"HALF_OPEN"}},{"advance":1},{"poll":true},{"expect":{"state":"OPEN"}}
                """
            )
        }
    }

    @Test func `section 4: without a probe in flight HALF_OPEN waits however long`() throws {
        try replay(
            Self.two,
            #"\#(Self.probing),{"advance":9999999},{"poll":true},{"expect":{"state":"HALF_OPEN"}},{"begin":"p"}"#
        )
    }

    @Test func `section 4: retryAfter and slotsUsed are known only where they mean something`() throws {
        try replay(
            Self.two,
            """
            {"begin":"p"},{"expect":{"slotsUsed":0,"inFlight":1,"retryAfterMs":null}},\(Self.trip),
            {"expect":{"slotsUsed":0,"inFlight":0,"retryAfterMs":1000}},{"advance":1000},{"begin":"q"},
            {"expect":{"slotsUsed":1,"retryAfterMs":null}},{"admin":"forceOpen"},
            {"expect":{"slotsUsed":0,"inFlight":0,"retryAfterMs":null}}
            """
        )
    }

    @Test func `section 4: DISABLED counts admitted and in flight`() throws {
        try replay(
            Self.two + #","initial":"DISABLED""#,
            """
            {"begin":"p"},{"begin":"q"},{"expect":{"admitted":2,"inFlight":2}},{"drop":"q"},
            {"end":"p","outcome":"ignored"},{"expect":{"inFlight":0,"ignored":0,"total":0,"lateResults":0}}
            """
        )
    }

    // MARK: Section 5

    @Test func `section 5: a probe settled at the deadline is late`() throws {
        try replay(
            Self.two,
            """
            \(Self.probing),{"begin":"p"},{"advance":400},{"end":"p","outcome":"success"},
            {"expect":{"state":"OPEN","lateResults":1,"total":0,"attempts":2}}
            """
        )
    }

    @Test func `section 5: a late outcome raises lateResults and nothing else, ignored and abandoned ones too`() throws
    {
        try replay(
            Self.two,
            """
            {"begin":"a"},{"begin":"b"},{"begin":"c"},{"admin":"reset"},{"end":"a","outcome":"ignored"},{"drop":"b"},
            {"end":"c","outcome":"failure"},
            {"expect":{"lateResults":3,"ignored":0,"total":0,"inFlight":0,"consecutiveFailures":0}}
            """
        )
    }

    @Test func `section 5: an ignored probe calls for no verdict and gives its slot back`() throws {
        try replay(
            Self.two,
            """
            \(Self.probing),{"begin":"p"},{"begin":"q"},{"end":"p","outcome":"ignored"},
            {"expect":{"state":"HALF_OPEN","slotsUsed":1,"ignored":1,"total":0}},{"begin":"r"},
            {"begin":"s","expect":"rejected:HALF_OPEN"}
            """
        )
    }

    @Test func `section 5: a call is slow by the configuration of the moment when it completes`() throws {
        try replay(
            #""window":{"kind":"count","size":9},"minimumCalls":9"#,
            """
            {"begin":"p"},{"begin":"q"},{"advance":50},{"end":"p","outcome":"success"},{"expect":{"slow":0}},
            {"reconfigure":{"window":{"kind":"count","size":9},"minimumCalls":9,"slowCallMs":49}},
            {"end":"q","outcome":"success"},{"expect":{"slow":1,"total":2}}
            """
        )
    }

    @Test func `section 5: time does not end a row of failures, and HALF_OPEN counts it too`() throws {
        try replay(
            #""window":{"kind":"time","ms":10,"buckets":1},"minimumCalls":9,"consecutiveFailures":3,"openMs":0,"probes":9"#,
            """
            {"call":"failure","times":2},{"advance":1000},{"expect":{"total":0,"consecutiveFailures":2}},
            {"call":"failure"},{"expect":{"state":"OPEN","reason":"consecutiveFailures","total":1}},
            {"call":"failure","times":4},{"expect":{"state":"HALF_OPEN","consecutiveFailures":4}},
            {"call":"success"},{"expect":{"consecutiveFailures":0}}
            """
        )
    }

    @Test func `section 5: rates are null below the minimum and rounded down above it`() throws {
        try replay(
            #""window":{"kind":"count","size":9},"minimumCalls":3,"failureRateBp":10000,"slowCallMs":5"#,
            """
            {"call":"failure"},{"call":"success","durationMs":6},{"expect":{"failureRateBp":null,"slowRateBp":null}},
            {"call":"success"},{"expect":{"failureRateBp":3333,"slowRateBp":3333}}
            """
        )
    }

    @Test func `section 5: slices are numbered from the beginning of the generation`() throws {
        try replay(
            #""window":{"kind":"time","ms":100,"buckets":1},"minimumCalls":9"#,
            """
            {"advance":50},{"admin":"reset"},{"call":"success"},{"advance":99},{"expect":{"total":1}},
            {"advance":1},{"expect":{"total":0}}
            """
        )
    }

    // MARK: Section 6

    @Test func `section 6: the first condition that holds is the reason`() throws {
        let all = #""window":{"kind":"count","size":2},"slowCallMs":0,"slowRateBp":1"#
        let slow = #"{"call":"failure","times":2,"durationMs":5}"#
        try replay(
            all + #","consecutiveFailures":2"#,
            slow + #",{"expect":{"reason":"consecutiveFailures"}}"#
        )
        try replay(all, slow + #",{"expect":{"reason":"failureRate"}}"#)
        try replay(all, #"{"call":"success","times":2,"durationMs":5},{"expect":{"reason":"slowRate"}}"#)
    }

    @Test func `section 6: a row trips below the minimum of calls, rates do not`() throws {
        try replay(
            #""window":{"kind":"count","size":9},"minimumCalls":9,"consecutiveFailures":2,"slowCallMs":0,"slowRateBp":1"#,
            """
            {"call":"failure","durationMs":1},{"call":"success","durationMs":1},{"call":"failure"},
            {"expect":{"state":"CLOSED"}},{"call":"failure"},{"expect":{"reason":"consecutiveFailures"}}
            """
        )
    }

    @Test func `section 6: METRICS_ONLY re-arms only when an outcome finds the condition false`() throws {
        let events = #"{"events":[{"event":"thresholdExceeded"}]}"#
        try replay(
            #""window":{"kind":"time","ms":100,"buckets":1},"minimumCalls":1,"initial":"METRICS_ONLY""#,
            """
            {"call":"failure"},\(events),{"advance":1000},{"expect":{"total":0}},{"poll":true},{"call":"failure"},
            {"events":[]},{"call":"success","times":3},{"call":"failure","times":2},\(events),
            {"admin":"reset"},{"admin":"observe"},{"events":[{"from":"METRICS_ONLY","to":"CLOSED","event":"reset"},
            {"from":"CLOSED","to":"METRICS_ONLY","event":"observe"}]},{"call":"failure"},\(events)
            """
        )
    }

    @Test func `section 6: probes fail by their own number, whatever the window says`() throws {
        try replay(
            #""window":{"kind":"count","size":2},"openMs":0,"probes":4"#,
            """
            \(Self.trip),{"call":"failure"},{"call":"success"},{"expect":{"state":"HALF_OPEN"}},{"call":"failure"},
            {"expect":{"state":"OPEN","reason":"probes","total":3}}
            """
        )
    }

    @Test func `section 6: probes pass as soon as no failure of the others could change it`() throws {
        try replay(
            #""window":{"kind":"count","size":2},"openMs":0,"probes":4"#,
            """
            \(Self.trip),{"call":"failure"},{"call":"success","times":2},{"expect":{"state":"HALF_OPEN"}},
            {"call":"success"},{"expect":{"state":"CLOSED"}}
            """
        )
    }

    @Test func `section 6: slow probes fail, and must be excluded before the others pass`() throws {
        let slow = #""window":{"kind":"count","size":2},"openMs":0,"slowCallMs":5,"slowRateBp":5000,"probes":4"#
        try replay(
            slow,
            """
            \(Self.trip),{"call":"success","times":2,"durationMs":6},
            {"expect":{"state":"OPEN","reason":"probes","slow":2,"failures":0}}
            """
        )
        try replay(
            slow,
            """
            \(Self.trip),{"call":"success","durationMs":6},{"call":"success","times":2},
            {"expect":{"state":"HALF_OPEN","slow":1}},{"call":"success"},{"expect":{"state":"CLOSED"}}
            """
        )
    }

    @Test func `section 6: attempts follow the rules`() throws {
        try replay(
            Self.two,
            """
            {"expect":{"attempts":0}},{"admin":"open","ms":0},{"expect":{"attempts":1}},{"admin":"open","ms":0},
            {"expect":{"attempts":1}},{"call":"failure"},{"expect":{"attempts":2,"reason":"probes"}},
            {"admin":"open","ms":0},{"expect":{"attempts":2}},{"poll":true},{"admin":"open"},{"expect":{"attempts":2}},
            {"admin":"forceOpen"},{"expect":{"attempts":2}},{"admin":"disable"},{"admin":"observe"},
            {"expect":{"attempts":2}},{"admin":"reset"},{"expect":{"attempts":0}},\(Self.trip),
            {"expect":{"attempts":1}}
            """
        )
    }

    @Test func `section 6: the reason is that of the last entry into OPEN or FORCED_OPEN until CLOSED`() throws {
        try replay(
            Self.two,
            """
            {"expect":{"reason":null}},\(Self.probing),{"expect":{"reason":"failureRate"}},{"admin":"disable"},
            {"expect":{"reason":"failureRate"}},{"admin":"observe"},{"expect":{"reason":"failureRate"}},
            {"admin":"forceOpen"},{"expect":{"reason":"manual"}},{"admin":"reset"},{"expect":{"reason":null}}
            """
        )
        try replay(Self.two + #","initial":"FORCED_OPEN""#, #"{"expect":{"reason":"manual","attempts":0}}"#)
    }

    // MARK: Section 7

    @Test func `section 7: counters since construction are never reset`() throws {
        try replay(
            Self.two,
            """
            {"begin":"old"},{"call":"ignored"},\(Self.trip),{"call":"success"},{"end":"old","outcome":"success"},
            {"admin":"reset"},{"admin":"disable"},{"admin":"reset"},
            {"expect":{"admitted":4,"notPermitted":1,"lateResults":1,"ignored":1}}
            """
        )
    }

    @Test func `section 7: transitions are counted by state and event`() throws {
        let breaker = try CircuitBreaker("a", logger: CircuitBreaker.silentLogger)
        breaker.reset()
        breaker.reset()
        breaker.forceOpen()
        breaker.forceOpen()
        breaker.reset()
        #expect(breaker.transitionCount(from: .closed, on: .reset) == 2)
        #expect(breaker.transitionCount(from: .closed, on: .forceOpen) == 1)
        #expect(breaker.transitionCount(from: .forcedOpen, on: .forceOpen) == 0)
        #expect(breaker.transitionCount(from: .forcedOpen, on: .reset) == 1)
    }

    @Test func `section 7: HALF_OPEN shows all its probes, whatever the window's size`() throws {
        try replay(
            #""window":{"kind":"count","size":2},"openMs":0,"failureRateBp":9000,"probes":9"#,
            """
            \(Self.trip),{"call":"failure","times":6},
            {"expect":{"state":"HALF_OPEN","total":6,"failures":6,"failureRateBp":10000,"slotsUsed":6}}
            """
        )
    }

    @Test func `section 7: OPEN keeps what it shows when it is re-entered`() throws {
        try replay(
            Self.two,
            #"\#(Self.trip),{"admin":"open"},{"expect":{"total":2,"failures":2,"failureRateBp":10000,"consecutiveFailures":2}}"#
        )
    }

    // MARK: Section 9

    @Test func `section 9: a time window keeps the slices that fit if their length stays`() throws {
        let window = { (ms: Int, buckets: Int) in
            #""window":{"kind":"time","ms":\#(ms),"buckets":\#(buckets)},"minimumCalls":99"#
        }
        let filled = (0..<4).map { _ in #"{"call":"failure"},{"advance":10}"# }.joined(separator: ",")
        let cases = [(20, 2, 1), (30, 3, 2), (80, 8, 3), (40, 4, 3), (80, 4, 0), (40, 1, 0)]
        for (ms, buckets, kept) in cases {
            try replay(
                window(40, 4),
                "\(filled),{\"expect\":{\"total\":3}},{\"reconfigure\":{\(window(ms, buckets))}},"
                    + "{\"expect\":{\"total\":\(kept),\"failures\":\(kept),\"consecutiveFailures\":4}}"
            )
        }
    }

    @Test func `section 9: from one kind of window to the other it starts empty and keeps permits and row`() throws {
        let count = #""window":{"kind":"count","size":9},"minimumCalls":9"#
        let time = #""window":{"kind":"time","ms":100,"buckets":2},"minimumCalls":9"#
        for (old, new) in [(count, time), (time, count)] {
            try replay(
                old,
                """
                {"begin":"p"},{"call":"failure","times":3},{"reconfigure":{\(new)}},
                {"expect":{"total":0,"consecutiveFailures":3,"inFlight":1}},{"call":"failure"},
                {"end":"p","outcome":"success"},{"expect":{"total":2,"failures":1,"inFlight":0}}
                """
            )
        }
    }

    @Test func `section 9: slow flags that are set stay`() throws {
        let count = #""window":{"kind":"count","size":4},"minimumCalls":4"#
        try replay(
            count + #","slowCallMs":5"#,
            """
            {"call":"success","times":2,"durationMs":6},{"reconfigure":{\(count)}},
            {"expect":{"slow":2,"slowRateBp":null}},{"call":"success","times":3},{"expect":{"slow":1}},
            {"call":"success"},{"expect":{"slow":0,"total":4}}
            """
        )
    }

    @Test func `section 9: new durations count from the next entry into OPEN or the next probe`() throws {
        let later = #""window":{"kind":"count","size":2},"openMs":50,"halfOpenMs":10,"probes":2"#
        try replay(
            Self.two,
            """
            \(Self.trip),{"reconfigure":{\(later)}},{"expect":{"retryAfterMs":1000}},{"advance":1000},
            {"reconfigure":{\(Self.two)}},{"begin":"p"},{"reconfigure":{\(later)}},{"advance":399},{"poll":true},
            {"expect":{"state":"HALF_OPEN"}},{"begin":"q"},{"advance":10},{"poll":true},
            {"expect":{"state":"OPEN","retryAfterMs":50,"attempts":2}}
            """
        )
    }

    @Test func `section 9: with fewer probes none is taken back, and the verdict is asked once`() throws {
        let wide = #""window":{"kind":"count","size":2},"openMs":0,"probes":9"#
        let narrow = #""window":{"kind":"count","size":2},"openMs":0,"probes":1"#
        try replay(
            wide,
            """
            \(Self.trip),{"begin":"a"},{"begin":"b"},{"reconfigure":{\(narrow)}},
            {"expect":{"state":"HALF_OPEN","slotsUsed":2}},{"begin":"c","expect":"rejected:HALF_OPEN"},
            {"end":"a","outcome":"ignored"},{"begin":"c","expect":"rejected:HALF_OPEN"},{"drop":"b"},{"begin":"c"}
            """
        )
        try replay(
            wide,
            #"\#(Self.trip),{"call":"success","times":3},{"reconfigure":{\#(narrow)}},{"expect":{"state":"CLOSED"}}"#
        )
        try replay(
            wide,
            #"\#(Self.trip),{"call":"failure"},{"reconfigure":{\#(narrow)}},{"expect":{"state":"OPEN","reason":"probes"}}"#
        )
    }

    @Test func `section 9: a wrong configuration is refused with every finding, and nothing changes`() throws {
        let breaker = try CircuitBreaker(
            "a",
            configuration: .init(window: .count(size: 4), minimumCalls: 2),
            logger: CircuitBreaker.silentLogger
        )
        breaker.tryAcquire()?.fail()
        let error = #expect(throws: BreakerConfigurationError.self) {
            try breaker.reconfigure(.init(failureRateBp: 0, probes: 0))
        }
        #expect(error?.findings.count == 2)
        #expect(breaker.snapshot().total == 1)
        breaker.tryAcquire()?.fail()
        #expect(breaker.state == .open)
    }

    @Test func `section 9: METRICS_ONLY is evaluated once after the change`() throws {
        try replay(
            #""window":{"kind":"count","size":4},"minimumCalls":4,"initial":"METRICS_ONLY""#,
            """
            {"call":"failure","times":2},{"events":[]},
            {"reconfigure":{"window":{"kind":"count","size":4},"minimumCalls":2}},
            {"events":[{"event":"thresholdExceeded"}]},
            {"reconfigure":{"window":{"kind":"count","size":4},"minimumCalls":2,"initial":"CLOSED"}},
            {"events":[]},{"expect":{"state":"METRICS_ONLY"}}
            """
        )
    }
}
