import CircuitBreakers
import ResilienceTestKit
import Testing

/// The rules of the breaker's semantics that everything else stands on, one test each.
extension SemanticsTests {
    // MARK: Section 1

    @Test func `section 1: the defaults are those of the table`() throws {
        let configuration = CircuitBreaker.Configuration()
        #expect(configuration.window == .time(milliseconds: 10_000, buckets: 10))
        #expect(configuration.failureRateBp == 5000)
        #expect(configuration.slowCallMs == nil)
        #expect(configuration.consecutiveFailures == nil)
        #expect(configuration.jitterBp == 0)
        #expect(configuration.initial == .closed)
        // Half of 20 calls, 5 s each time, 5 probes at once.
        try replay(
            "",
            """
            {"call":"failure","times":10},{"call":"success","times":9},{"expect":{"state":"CLOSED"}},{"call":"success"},
            {"expect":{"state":"OPEN","retryAfterMs":5000}},{"advance":5000},{"begin":"a"},{"begin":"b"},{"begin":"c"},
            {"begin":"d"},{"begin":"e"},{"begin":"f","expect":"rejected:HALF_OPEN"},{"advance":4999},{"poll":true},
            {"expect":{"state":"HALF_OPEN"}},{"advance":1},{"poll":true},{"expect":{"state":"OPEN","retryAfterMs":5000}}
            """
        )
        // The window is 10 s in slices of 1 s.
        try replay(
            "",
            """
            {"call":"failure","times":10},{"advance":9999},{"expect":{"total":10}},{"advance":1},{"expect":{"total":0}}
            """
        )
        // All calls must be slow, by default.
        try replay(
            #""window":{"kind":"count","size":4},"slowCallMs":5"#,
            """
            {"call":"success","times":3,"durationMs":6},{"call":"success"},{"expect":{"state":"CLOSED","slow":3}},
            {"call":"success","times":4,"durationMs":6},{"expect":{"state":"OPEN","reason":"slowRate","slow":4}}
            """
        )
    }

    @Test func `section 1: a rate that is reached trips, and a call is slow when it took strictly longer`() throws {
        try replay(
            #""window":{"kind":"count","size":3},"failureRateBp":3333"#,
            #"{"call":"success","times":2},{"call":"failure"},{"expect":{"state":"OPEN","failureRateBp":3333}}"#
        )
        // 1/3 is less than 33.34 %, whatever it is rounded to.
        try replay(
            #""window":{"kind":"count","size":3},"failureRateBp":3334"#,
            #"{"call":"success","times":2},{"call":"failure"},{"expect":{"state":"CLOSED","failureRateBp":3333}}"#
        )
        try replay(
            #""window":{"kind":"count","size":2},"slowCallMs":7"#,
            #"{"call":"success","durationMs":7},{"expect":{"slow":0}},{"call":"success","durationMs":8},{"expect":{"slow":1}}"#
        )
    }

    @Test(arguments: ["CLOSED", "DISABLED", "METRICS_ONLY", "FORCED_OPEN"])
    func `section 1: a breaker starts where its configuration says`(_ state: String) throws {
        try replay(#""initial":"\#(state)""#, #"{"expect":{"state":"\#(state)","attempts":0}},{"events":[]}"#)
    }

    // MARK: Section 3

    @Test func `section 3: a deadline is reached at its very millisecond`() throws {
        try replay(
            Self.two,
            """
            \(Self.trip),{"advance":999},{"expect":{"retryAfterMs":1,"probeEligible":false}},
            {"call":"success","expect":"rejected:OPEN"},{"advance":1},{"expect":{"retryAfterMs":0,"probeEligible":true}},
            {"call":"success","expect":"admitted"},{"expect":{"state":"HALF_OPEN"}}
            """
        )
    }

    @Test func `section 3: transitions of time count from the call that makes them`() throws {
        try replay(
            Self.two,
            """
            \(Self.probing),{"begin":"p"},{"advance":5000},{"poll":true},{"expect":{"state":"OPEN","retryAfterMs":1000}}
            """
        )
    }

    @Test func `section 3: reading is pure`() throws {
        try replay(
            Self.two,
            """
            \(Self.trip),{"advance":9999},{"expect":{"state":"OPEN","probeEligible":true}},
            {"events":[{"from":"CLOSED","to":"OPEN","event":"trip"}]},{"expect":{"state":"OPEN"}},{"events":[]}
            """
        )
    }

    @Test func `section 3: a clock that steps back evicts nothing`() throws {
        try replay(
            #""window":{"kind":"time","ms":100,"buckets":10},"minimumCalls":9"#,
            """
            {"advance":1000},{"call":"failure"},{"advance":-900},{"call":"failure"},{"expect":{"total":2}},
            {"advance":999},{"expect":{"total":2}},{"advance":1},{"expect":{"total":0}}
            """
        )
    }

    // MARK: Section 4

    @Test func `section 4: each state admits as the table says`() throws {
        for state in ["CLOSED", "METRICS_ONLY", "DISABLED"] {
            try replay(#""initial":"\#(state)""#, #"{"call":"success","times":9,"expect":"admitted"}"#)
        }
        try replay(
            #""initial":"FORCED_OPEN""#,
            #"{"advance":99999},{"call":"success","expect":"rejected:FORCED_OPEN"}"#
        )
        try replay(
            Self.two,
            #"\#(Self.trip),{"call":"success","expect":"rejected:OPEN"},{"advance":1000},{"begin":"p","expect":"admitted"}"#
        )
    }

    @Test func `section 4: HALF_OPEN admits while there are slots, and not too many at once`() throws {
        try replay(
            #""window":{"kind":"count","size":2},"openMs":0,"failureRateBp":10000,"probes":3,"concurrentProbes":2"#,
            """
            {"call":"failure","times":2},{"begin":"a"},{"begin":"b"},{"begin":"c","expect":"rejected:HALF_OPEN"},
            {"end":"a","outcome":"failure"},{"begin":"c"},{"end":"b","outcome":"failure"},
            {"expect":{"state":"HALF_OPEN","slotsUsed":3,"inFlight":1}},{"begin":"d","expect":"rejected:HALF_OPEN"}
            """
        )
    }

    @Test func `section 4: a refused call raises notPermitted and nothing else`() throws {
        try replay(
            Self.two,
            """
            \(Self.trip),{"call":"failure","times":3},
            {"expect":{"notPermitted":3,"admitted":2,"total":2,"ignored":0,"lateResults":0,"inFlight":0}}
            """
        )
    }

    @Test func `section 4: a permit that is dropped is abandoned`() throws {
        try replay(
            Self.two,
            """
            {"begin":"p"},{"expect":{"inFlight":1,"admitted":1}},{"drop":"p"},
            {"expect":{"inFlight":0,"ignored":1,"total":0}}
            """
        )
    }

    // MARK: Section 5

    @Test func `section 5: DISABLED records nothing, and OPEN and FORCED_OPEN have no permits`() throws {
        try replay(
            Self.two + #","initial":"DISABLED""#,
            """
            {"call":"failure","times":9},{"call":"ignored"},
            {"expect":{"total":0,"ignored":0,"inFlight":0,"consecutiveFailures":0,"admitted":10}}
            """
        )
        for event in ["open", "forceOpen"] {
            try replay(
                Self.two,
                #"{"begin":"p"},{"admin":"\#(event)"},{"expect":{"inFlight":0}},{"drop":"p"},{"expect":{"lateResults":1}}"#
            )
        }
    }

    @Test func `section 5: an ignored outcome enters no window, touches no row and calls for no verdict`() throws {
        try replay(
            #""window":{"kind":"count","size":4},"minimumCalls":2,"failureRateBp":10000,"consecutiveFailures":3"#,
            """
            {"call":"failure"},{"call":"ignored","times":5},
            {"expect":{"state":"CLOSED","total":1,"ignored":5,"consecutiveFailures":1,"failureRateBp":null}}
            """
        )
    }

    @Test func `section 5: a window counts completed calls only`() throws {
        try replay(
            #""window":{"kind":"count","size":4}"#,
            #"{"begin":"p"},{"begin":"q"},{"expect":{"total":0,"inFlight":2}},{"end":"p","outcome":"success"},{"expect":{"total":1}}"#
        )
    }

    @Test func `section 5: a recorded success ends the row`() throws {
        try replay(
            #""window":{"kind":"count","size":99},"consecutiveFailures":3"#,
            """
            {"call":"failure","times":2},{"call":"success"},{"expect":{"consecutiveFailures":0}},
            {"call":"failure","times":2},{"expect":{"state":"CLOSED","consecutiveFailures":2}}
            """
        )
    }

    @Test func `section 5: a count window holds the last outcomes of its generation`() throws {
        try replay(
            #""window":{"kind":"count","size":3},"failureRateBp":10000"#,
            """
            {"call":"failure"},{"call":"success","times":2},{"expect":{"total":3,"failures":1}},{"call":"success"},
            {"expect":{"total":3,"failures":0}},{"admin":"reset"},{"expect":{"total":0}}
            """
        )
    }

    @Test func `section 5: an outcome belongs to the slice in which it completes, and expires with it`() throws {
        try replay(
            #""window":{"kind":"time","ms":30,"buckets":3},"minimumCalls":9"#,
            """
            {"begin":"p"},{"advance":25},{"end":"p","outcome":"failure"},{"advance":24},{"expect":{"total":1}},
            {"advance":1},{"expect":{"total":0,"failures":0}}
            """
        )
    }

    // MARK: Section 6

    @Test func `section 6: a success can complete a condition`() throws {
        try replay(
            #""window":{"kind":"count","size":4},"minimumCalls":3,"failureRateBp":3300"#,
            #"{"call":"failure"},{"call":"success"},{"expect":{"state":"CLOSED"}},{"call":"success"},{"expect":{"state":"OPEN","total":3}}"#
        )
    }

    @Test func `section 6: METRICS_ONLY tells each crossing once, never moves, and begins with none`() throws {
        let told = #"{"events":[{"event":"thresholdExceeded"}]}"#
        try replay(
            #""window":{"kind":"count","size":2},"initial":"METRICS_ONLY""#,
            """
            {"call":"failure","times":9},\(told),{"call":"success","times":2},{"call":"failure"},\(told),
            {"expect":{"state":"METRICS_ONLY"}},{"call":"failure"},{"events":[]},{"admin":"reset"},{"admin":"observe"},
            {"call":"failure","times":2},
            {"events":[{"from":"METRICS_ONLY","to":"CLOSED","event":"reset"},
            {"from":"CLOSED","to":"METRICS_ONLY","event":"observe"},{"event":"thresholdExceeded"}]}
            """
        )
    }

    @Test func `section 6: HALF_OPEN waits, and comes to a verdict with the last probe at the latest`() throws {
        for (outcomes, state) in [("sfs", "CLOSED"), ("sff", "OPEN"), ("fss", "CLOSED")] {
            let calls = outcomes.map { #"{"call":"\#($0 == "s" ? "success" : "failure")"}"# }
            try replay(
                #""window":{"kind":"count","size":1},"failureRateBp":6666,"openMs":0,"probes":3"#,
                """
                {"call":"failure"},\(calls[0]),\(calls[1]),{"expect":{"state":"HALF_OPEN","slotsUsed":2}},\(calls[2]),
                {"expect":{"state":"\(state)"}}
                """
            )
        }
    }

    // MARK: Section 7

    @Test func `section 7: OPEN shows what tripped, and FORCED_OPEN and DISABLED show nothing`() throws {
        let shown =
            #"{"expect":{"total":2,"failures":2,"failureRateBp":10000,"consecutiveFailures":2,"slowRateBp":null}}"#
        let nothing = #"{"expect":{"total":0,"failures":0,"slow":0,"failureRateBp":null,"consecutiveFailures":0}}"#
        try replay(
            Self.two,
            """
            \(Self.trip),\(shown),{"advance":500},\(shown),{"admin":"forceOpen"},\(nothing),{"admin":"disable"},\(nothing)
            """
        )
        try replay(
            Self.two,
            """
            \(Self.probing),{"call":"success"},{"call":"failure"},
            {"expect":{"state":"OPEN","total":2,"failures":1,"failureRateBp":5000,"consecutiveFailures":1}}
            """
        )
    }

    // MARK: Section 9

    @Test func `section 9: a count window keeps its newest outcomes`() throws {
        let sized = { (size: Int) in
            #""window":{"kind":"count","size":\#(size)},"minimumCalls":\#(min(size, 6)),"failureRateBp":10000"#
        }
        for (size, total, failures) in [(2, 2, 0), (3, 3, 1), (4, 4, 2), (9, 5, 3)] {
            try replay(
                sized(9),
                """
                {"call":"failure","times":3},{"call":"success","times":2},{"reconfigure":{\(sized(size))}},
                {"expect":{"state":"CLOSED","total":\(total),"failures":\(failures)}}
                """
            )
        }
    }

    @Test func `section 9: state, deadline, attempts, reason and what OPEN shows stay`() throws {
        try replay(
            Self.two,
            """
            {"begin":"p"},\(Self.trip),{"advance":300},
            {"reconfigure":{"window":{"kind":"time","ms":10,"buckets":1},"openMs":9,"initial":"DISABLED"}},
            {"expect":{"state":"OPEN","retryAfterMs":700,"attempts":1,"reason":"failureRate","total":2,"failures":2}},
            {"events":[{"from":"CLOSED","to":"OPEN","event":"trip"}]}
            """
        )
    }

    @Test func `section 9: the verdict of CLOSED is evaluated once after the change`() throws {
        try replay(
            #""window":{"kind":"count","size":9},"minimumCalls":9"#,
            """
            {"call":"failure","times":2},{"reconfigure":{"window":{"kind":"count","size":9},"minimumCalls":2}},
            {"expect":{"state":"OPEN","reason":"failureRate","total":2}}
            """
        )
    }
}
