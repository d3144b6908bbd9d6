package answer

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// MessageAt returns the message at a path, after the code that is beside it, by which
// people look it up.
func (a *Content) MessageAt(p Path) said.Foreign {
	message := a.At(p)
	text, isText := message.found.(string)
	object, _ := a.before(p)
	if !isText || object == nil || message.Message().IsEmpty() {
		return message.Message()
	}
	var beside, w words
	beside.code(byPlainName(object))
	if !strings.Contains(text, beside.text) {
		w.say(beside.text)
	}
	w.say(text)
	return w.message()
}

// code adds the first code in an object.
func (w *words) code(keys map[string]entry) {
	for _, name := range append(codes(), "code") {
		value := keys[name].value
		w.number(value)
		if text, _ := value.(string); w.text == "" && isCode(text) {
			w.say(text)
		}
		if w.text != "" {
			return
		}
	}
}
