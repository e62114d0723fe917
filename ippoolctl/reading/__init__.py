"""Reading text with limits: files, YAML, JSON, and the places of fields.

Used for manifests, kubeconfigs and the configuration; what they allow is a parameter
(:class:`.yaml_documents.YamlRules`). May use the values of the domain and the errors.
"""
