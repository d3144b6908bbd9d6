package provider_test

import "testing"

// The same cases as TestBadInput, as a CLI shows them: one error.
func TestAccBadInput(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	for _, bad := range badInputs(b) {
		header := ""
		if bad.provider != nil {
			header = providerBlock(bad.provider)
		}
		t.Run(bad.name+"/data source", func(t *testing.T) {
			refuse(t, header+dataBlock(bad.service, "this", bad.inputs), append(bad.says, "Error: "+bad.summary)...)
		})
		if len(bad.inputs) == 0 {
			continue // the error is the provider block's, whatever is asked for
		}
		t.Run(bad.name+"/ephemeral resource", func(t *testing.T) {
			refuse(t, header+ephemeralBlock(bad.service, "this", bad.inputs)+echo("ephemeral.apitoken_"+bad.service+".this"),
				append(bad.says, "Error: "+bad.summary)...)
		})
	}
}

// allow_http is taken at validate: the set it stands in is not asked for a token.
func TestAccAllowHTTP(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	open := b.set("emporix").and(object{"token_url": "http://auth.example.com/token", "allow_http": true})
	accept(t, withData(b, object{"emporix": object{"default": open}}))
}
