// The JSON Schema of the definition language, so that an editor completes and checks while one writes.

/// JSON Schema 2020-12 of a definition or a law file. It says what can be said of one file by itself; that names
/// exist, conditions fit their fields and the whole is sound is ``SoundnessCheck``'s to prove.
package enum WorkflowSchema {
  /// The schema as JSON text.
  package static let json = #"""
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Workflow definition",
      "description": "One procedure of a one-stop shop, or a file of common actions that definitions include.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "procedure": {"type": "string", "minLength": 1, "description": "Code of the procedure. Quote it: \"1.001193\"."},
        "version": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
        "title": {"$ref": "#/$defs/label"},
        "legal_time": {"oneOf": [{"$ref": "#/$defs/duration"}, {"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#/$defs/channel"}, "additionalProperties": {"$ref": "#/$defs/duration"}}], "description": "The time promised to the applicant: one, or one per channel, as in {counter: 15 days, online: 20 days}; leave out where the law states none."},
        "received_at": {"$ref": "#/$defs/words", "description": "Tiers whose units receive it."},
        "channels": {"oneOf": [{"$ref": "#/$defs/channel"}, {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/channel"}}], "default": ["counter", "online", "post"]},
        "include": {"$ref": "#/$defs/words", "description": "Files with common actions, roles, tiers, labels: law means law.yaml beside this file."},
        "without": {"$ref": "#/$defs/words", "description": "Common actions this procedure does not have."},
        "tiers": {"$ref": "#/$defs/labels", "description": "The tiers of government, by their code."},
        "departments": {"type": "object", "propertyNames": {"pattern": "^[a-z][a-z0-9_-]*/[a-z][a-z0-9_-]*$"}, "additionalProperties": {"$ref": "#/$defs/label"}, "description": "Departments that rules may name, as tier/key."},
        "roles": {"$ref": "#/$defs/labels", "description": "The roles people can have in a unit."},
        "labels": {"$ref": "#/$defs/labels", "description": "Usual labels of states, actions and fields that give none themselves."},
        "initial": {"$ref": "#/$defs/name", "description": "The first state, if it is not the first in the file."},
        "data": {"type": "object", "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$", "maxLength": 60}, "additionalProperties": {"$ref": "#/$defs/field"}},
        "components": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"}, "additionalProperties": {"$ref": "#/$defs/component"}},
        "fees": {"type": "array", "items": {"$ref": "#/$defs/fee"}},
        "states": {"type": "object", "propertyNames": {"$ref": "#/$defs/stateName"}, "additionalProperties": {"$ref": "#/$defs/state"}},
        "transitions": {"type": "array", "items": {"$ref": "#/$defs/transition"}, "description": "The procedure's own way."},
        "actions": {"type": "array", "items": {"$ref": "#/$defs/transition"}, "description": "Actions common to many states or procedures; from may be open, running, paused, stopped, first, consulting."}
      },
      "$defs": {
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9_-]*$", "maxLength": 60},
        "stateName": {"$ref": "#/$defs/name", "not": {"enum": ["open", "running", "paused", "stopped", "first", "consulting", "back", "same", "own", "current", "reception", "address", "else"]}},
        "words": {"oneOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]},
        "label": {"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {"vi": {"$ref": "#/$defs/scalar"}, "en": {"$ref": "#/$defs/scalar"}}},
        "labels": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"}, "additionalProperties": {"$ref": "#/$defs/label"}},
        "scalar": {"type": ["string", "number", "boolean"], "minLength": 1},
        "duration": {"type": "string", "pattern": "^ *[0-9]+ *(working hours?|working days?|days?|months?|giờ làm việc|ngày làm việc|ngày|tháng)$", "examples": ["15 working days", "4 working hours", "15 days", "2 months"]},
        "channel": {"enum": ["counter", "online", "post"]},
        "condition": {"type": ["string", "boolean"], "minLength": 1, "description": "A FEEL condition over the fields of data, such as: heritage_zone or floor_area > 250. See docs/feel.md."},
        "rule": {"type": "string", "minLength": 1, "description": "Who holds it: reception, address, current, TIER, TIER/DEPARTMENT, TIER above reception, TIER of address, parent of reception, or the name of another state.", "examples": ["reception", "district above reception", "city/justice", "commune of address"]},
        "field": {
          "type": "object", "required": ["type"], "additionalProperties": false,
          "properties": {
            "type": {"enum": ["bool", "integer", "decimal", "money", "text", "date", "choice"]},
            "label": {"$ref": "#/$defs/label"},
            "required": {"type": "boolean", "default": false},
            "unit": {"$ref": "#/$defs/scalar"},
            "min": {"$ref": "#/$defs/scalar"},
            "max": {"$ref": "#/$defs/scalar"},
            "options": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/scalar"}},
            "default": {"$ref": "#/$defs/scalar"}
          },
          "if": {"properties": {"type": {"const": "choice"}}},
          "then": {"required": ["options"]},
          "else": {"not": {"required": ["options"]}}
        },
        "component": {
          "type": "object", "required": ["name"], "additionalProperties": false,
          "properties": {
            "name": {"$ref": "#/$defs/label"},
            "copies": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
            "original": {"type": "boolean", "default": false},
            "required": {"type": "boolean", "default": true},
            "when": {"$ref": "#/$defs/condition"}
          }
        },
        "fee": {
          "type": "object", "required": ["name", "amount"], "additionalProperties": false,
          "properties": {
            "name": {"$ref": "#/$defs/label"},
            "amount": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
            "when": {"$ref": "#/$defs/condition"},
            "channels": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/channel"}}
          }
        },
        "state": {
          "type": "object", "additionalProperties": false,
          "properties": {
            "label": {"$ref": "#/$defs/label"},
            "held_by": {"$ref": "#/$defs/rule"},
            "role": {"$ref": "#/$defs/name", "description": "Who acts."},
            "time": {"$ref": "#/$defs/duration"},
            "clock": {"enum": ["running", "paused", "stopped"], "default": "running"},
            "portal": {"type": "integer", "minimum": 0, "maximum": 999, "description": "Status number for the portal."},
            "end": {"type": "string", "minLength": 1, "description": "The outcome, such as approved: nothing happens after this state."},
            "consult": {"oneOf": [{"$ref": "#/$defs/rule"}, {"type": "array", "items": {"$ref": "#/$defs/rule"}}]},
            "silence": {"enum": ["agrees", "blocks"], "default": "blocks"}
          },
          "if": {"required": ["end"]},
          "then": {"properties": {"held_by": false, "role": false, "time": false, "clock": false, "consult": false, "silence": false}},
          "else": {"required": ["held_by", "role"]}
        },
        "transition": {
          "type": "object", "required": ["from", "action"], "additionalProperties": false,
          "properties": {
            "from": {"$ref": "#/$defs/words", "description": "A state or several; in actions also open, running, paused, stopped, first, consulting."},
            "action": {"$ref": "#/$defs/name"},
            "to": {"type": "string", "minLength": 1, "description": "A state, or back."},
            "when": {"$ref": "#/$defs/condition"},
            "by": {"$ref": "#/$defs/words", "description": "Roles that may; own stands for the role of the state. Default: the role of the state. system or citizen alone: a service, and no person."},
            "requires": {"oneOf": [{"$ref": "#/$defs/requirement"}, {"type": "array", "items": {"$ref": "#/$defs/requirement"}}]},
            "at_most": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "How often per dossier."},
            "before_due": {"type": "boolean", "default": false},
            "effect": {"enum": [\#(words(Effect.written))], "default": "move"},
            "label": {"$ref": "#/$defs/label"},
            "form": {"type": "string", "minLength": 1, "description": "Number of the form it issues. Quote it: \"02\"."}
          },
          "if": {"properties": {"effect": {"enum": [\#(words(Effect.written.filter(\.advances)))]}}},
          "then": {"required": ["to"]}
        },
        "requirement": {"enum": ["components", "fee", "signature", "reason", "answers", "data"]}
      }
    }
    """#

  private static func words(_ effects: [Effect]) -> String {
    effects.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
  }
}
