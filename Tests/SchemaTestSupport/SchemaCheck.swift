package import MachineFiles

import Foundation

/// A JSON value.
package enum JSON: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// Reads JSON text.
    package init(_ text: String) throws {
        self.init(object: try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
    }

    private init(object: Any) {
        switch object {
        case let items as [Any]: self = .array(items.map { JSON(object: $0) })
        case let members as [String: Any]: self = .object(members.mapValues { JSON(object: $0) })
        case let text as String: self = .string(text)
        case let number as NSNumber where isTruthValue(number): self = .bool(number.boolValue)
        case let number as NSNumber: self = .number(number.doubleValue)
        default: self = .null
        }
    }

    /// A document whose scalars are all text; nil where a key is none.
    package init?(_ node: DocumentNode) {
        switch node.content {
        case .text(let text): self = .string(text)
        case .list(let items):
            let values = items.compactMap { JSON($0) }
            guard values.count == items.count else { return nil }
            self = .array(values)
        case .mapping(let entries):
            var members: [String: JSON] = [:]
            for entry in entries {
                guard let key = entry.key.text, let value = JSON(entry.value) else { return nil }
                members[key] = value
            }
            self = .object(members)
        }
    }

    package var members: [String: JSON]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package var items: [JSON]? {
        guard case .array(let items) = self else { return nil }
        return items
    }

    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var number: Double? {
        guard case .number(let number) = self else { return nil }
        return number
    }
}

private func isTruthValue(_ number: NSNumber) -> Bool {
    // A type's name in C: "c" is a truth value, which JSON has no other use for.
    unsafe String(cString: number.objCType) == "c"
}

/// As much of JSON Schema as the schemas of files use; anything else is an error.
package struct SchemaCheck {
    /// A keyword that this check does not know, or one that does not have the form that it must.
    package struct Unknown: Error {
        package var keyword: String
    }

    package let root: JSON

    package init(root: JSON) {
        self.root = root
    }

    /// Whether a value is as the schema wants it.
    package func accepts(_ value: JSON) throws -> Bool { try accepts(value, root) }

    private func accepts(_ value: JSON, _ schema: JSON) throws -> Bool {
        if case .bool(let isAnything) = schema { return isAnything }
        for (keyword, rule) in try required(schema.members) {
            guard try fulfils(value, keyword, rule, schema) else { return false }
        }
        return true
    }

    private func fulfils(_ value: JSON, _ keyword: String, _ rule: JSON, _ schema: JSON) throws -> Bool {
        switch keyword {
        case "$schema", "$defs", "title", "description", "default": return true
        case "$ref":
            let path = try required(rule.text).split(separator: "/").dropFirst()
            return try accepts(value, try path.reduce(root) { try required($0.members?[String($1)]) })
        case "type": return try isType(value, try required(rule.text))
        case "enum": return try required(rule.items).contains(value)
        case "const": return rule == value
        case "not": return try !accepts(value, rule)
        case "oneOf": return try required(rule.items).count { try accepts(value, $0) } == 1
        case "pattern":
            guard let text = value.text else { return true }
            return try text.contains(Regex(try required(rule.text)).matchingSemantics(.unicodeScalar))
        case "minimum": return try value.number.map { $0 >= (try required(rule.number)) } ?? true
        case "maximum": return try value.number.map { $0 <= (try required(rule.number)) } ?? true
        case "minLength":
            return try value.text.map { try $0.unicodeScalars.count >= Int(required(rule.number)) } ?? true
        case "maxLength":
            return try value.text.map { try $0.unicodeScalars.count <= Int(required(rule.number)) } ?? true
        case "minItems": return try value.items.map { $0.count >= Int(try required(rule.number)) } ?? true
        case "uniqueItems":
            guard let items = value.items else { return true }
            return items.enumerated().allSatisfy { index, item in !items[..<index].contains(item) }
        case "items": return try value.items?.allSatisfy { try accepts($0, rule) } ?? true
        case "minProperties": return try value.members.map { $0.count >= Int(try required(rule.number)) } ?? true
        case "maxProperties": return try value.members.map { $0.count <= Int(try required(rule.number)) } ?? true
        case "required":
            guard let members = value.members else { return true }
            return try required(rule.items).allSatisfy { members[try required($0.text)] != nil }
        case "propertyNames": return try value.members?.keys.allSatisfy { try accepts(.string($0), rule) } ?? true
        case "properties":
            let rules = try required(rule.members)
            return try value.members?.allSatisfy { key, value in try rules[key].map { try accepts(value, $0) } ?? true }
                ?? true
        case "additionalProperties":
            let known = schema.members?["properties"]?.members ?? [:]
            return try value.members?.allSatisfy { key, value in try known[key] != nil || accepts(value, rule) } ?? true
        default:
            throw Unknown(keyword: keyword)
        }
    }

    private func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Unknown(keyword: "value") }
        return value
    }

    private func isType(_ value: JSON, _ type: String) throws -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .number(let number): type == "number" || type == "integer" && number == number.rounded()
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
