package provider

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

const (
	// shortestPart is the shortest part of a secret that is hidden, and shortestText is
	// the shortest text that is hidden as a whole.
	shortestPart, shortestText = 8, 4
	// longestText is how much of a text messages may repeat.
	longestText = 4096
)

// heard has the texts of a configuration. Errors repeat names, scopes and paths, but
// must not repeat a secret that is there by mistake.
type heard struct {
	// secrets are the values of sensitive attributes.
	secrets []sensitiveText
	// texts are the others, and the keys of maps; attributes are the schema's names.
	texts      []string
	attributes map[string]struct{}
}

// sensitiveText is the value of a sensitive attribute, or of a map, with its name.
type sensitiveText struct {
	name string
	text func() string // a function does not print
}

// listen returns the texts of a configuration with a schema.
func listen(schema *tfprotov6.Schema, config *tfprotov6.DynamicValue) *heard {
	h := &heard{attributes: map[string]struct{}{}}
	if schema == nil || schema.Block == nil || config == nil {
		return h
	}
	if value, err := config.Unmarshal(schema.ValueType()); err == nil {
		h.object(schema.Block.Attributes, value)
	}
	return h
}

func (h *heard) object(attributes []*tfprotov6.SchemaAttribute, value tftypes.Value) {
	var members map[string]tftypes.Value
	_ = value.As(&members) // a value that is null or not known has none
	for _, attribute := range attributes {
		h.attributes[attribute.Name] = struct{}{}
		member, ok := members[attribute.Name]
		switch nested := attribute.NestedType; {
		case !ok:
		case nested == nil:
			h.value(attribute.Name, member, attribute.Sensitive)
		case nested.Nesting == tfprotov6.SchemaObjectNestingModeMap:
			var sets map[string]tftypes.Value
			_ = member.As(&sets)
			for name, set := range sets {
				h.texts = append(h.texts, name)
				h.object(nested.Attributes, set)
			}
		default:
			h.object(nested.Attributes, member)
		}
	}
}

// value adds the texts in a value. Those in a map are named after their keys.
func (h *heard) value(name string, value tftypes.Value, sensitive bool) {
	if value.IsNull() || !value.IsKnown() {
		return
	}
	var text string
	var members map[string]tftypes.Value
	var elements []tftypes.Value
	switch {
	case value.As(&text) == nil && sensitive:
		h.secrets = append(h.secrets, sensitiveText{name, func() string { return text }})
	case value.As(&text) == nil:
		h.texts = append(h.texts, text)
	case value.As(&members) == nil:
		for key, member := range members {
			h.texts = append(h.texts, key)
			h.value(key, member, sensitive)
		}
	case value.As(&elements) == nil:
		for _, element := range elements {
			h.value(name, element, sensitive)
		}
	}
}

// private returns the texts that are a secret or look like one, and the parts of the
// others that are a secret. The rest of a text may be a word of the provider's own.
func (h *heard) private(texts []string) []string {
	if len(texts) == 0 {
		return nil // a judge of large secrets takes time to make
	}
	judge := h.book().Judge()
	var found []string
	for _, text := range texts {
		found = append(found, judge.OwnSecrets(text)...)
	}
	return found
}

// repeated returns the texts of the configuration that a diagnostic has parts of.
func (h *heard) repeated(diags []*tfprotov6.Diagnostic) []string {
	var found []string
	for _, text := range h.texts {
		if _, isAttribute := h.attributes[text]; isAttribute || len(text) < shortestText {
			continue
		}
		text = text[:min(len(text), longestText)]
		if slices.ContainsFunc(diags, func(diag *tfprotov6.Diagnostic) bool { return repeats(diag, text) }) {
			found = append(found, text)
		}
	}
	return found
}

func repeats(diag *tfprotov6.Diagnostic, text string) bool {
	return without(diag.Detail, text) != diag.Detail || above(diag.Attribute, text) != diag.Attribute
}

// book returns the secrets with a gap in the place of each {NAME} that the provider or a key
// of a map defines. These names are not secret.
func (h *heard) book() said.Book {
	names := map[string]struct{}{}
	for _, name := range slices.Concat(service.FilledNames(), h.texts) {
		names[name] = struct{}{}
	}
	var found said.Book
	for _, secret := range h.secrets {
		found = found.Add(secret.name, said.NewSecret(service.WithGaps(secret.text(), names)))
	}
	return found
}

// hide removes private texts from diagnostics.
func (h *heard) hide(diags []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	for _, text := range h.private(h.repeated(diags)) {
		for _, diag := range diags {
			diag.Detail = without(diag.Detail, text)
			diag.Attribute = above(diag.Attribute, text)
		}
	}
	return diags
}

// without returns a message with a placeholder for each part of a private text.
func without(message, private string) string {
	shortest := min(shortestPart, len(private))
	var kept strings.Builder
	for i := 0; i < len(message); {
		end := i
		for next := max(end, i+shortest); next <= len(message) && strings.Contains(private, message[i:next]); next++ {
			end = next
		}
		if end > i {
			kept.WriteString(said.Hidden)
			i = end
			continue
		}
		kept.WriteByte(message[i])
		i++
	}
	return strings.ToValidUTF8(kept.String(), "")
}

// above returns the path up to the first step that a private text names.
func above(at *tftypes.AttributePath, private string) *tftypes.AttributePath {
	place := slices.IndexFunc(steps(at), func(step tftypes.AttributePathStep) bool {
		key, ok := step.(tftypes.ElementKeyString)
		return ok && strings.HasPrefix(string(key), private)
	})
	if place < 0 {
		return at
	}
	return tftypes.NewAttributePathWithSteps(steps(at)[:place])
}
