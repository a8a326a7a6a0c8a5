extension Trace {
    /// The fields of a snapshot that a trace expects; a third of the memory of a dictionary, since a trace has many.
    public struct Expectation: Sendable, Hashable {
        /// A field by its index in ``Trace/fields``; the value first, which leaves no gap.
        private struct Entry: Sendable, Hashable {
            var value: Value
            var field: UInt8
        }

        /// In the order of the fields.
        private var entries: [Entry] = []

        /// Expects nothing.
        ///
        /// - Parameter capacity: how many fields are to come.
        init(capacity: Int) {
            entries.reserveCapacity(capacity)
        }

        /// Expects values of fields; names that are none of ``Trace/fields`` are left out.
        public init(_ fields: [String: Value]) {
            self.init(capacity: fields.count)
            for (field, value) in fields { self[field] = value }
        }

        /// What is expected of a field; nil for one that may be anything, and for a name that is none.
        public subscript(field: String) -> Value? {
            get {
                Trace.fields.firstIndex(of: field)
                    .flatMap { index in entries.first { $0.field == UInt8(index) }?.value }
            }
            set {
                guard let index = Trace.fields.firstIndex(of: field).map({ UInt8($0) }) else { return }
                entries.removeAll { $0.field == index }
                guard let newValue else { return }
                let place = entries.firstIndex { $0.field > index } ?? entries.endIndex
                entries.insert(Entry(value: newValue, field: index), at: place)
            }
        }

        /// The expected fields in the order of ``Trace/fields``.
        var fields: [(name: String, value: Value)] {
            entries.map { (Trace.fields[Int($0.field)], $0.value) }
        }
    }
}
