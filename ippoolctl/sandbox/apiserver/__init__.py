"""What a kube-apiserver makes of requests and objects: values in, values out."""
